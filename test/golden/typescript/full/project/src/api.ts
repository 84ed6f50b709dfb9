// Yours to change: add a method for each call of the service that you use.
import { IntegrationError } from "./errors.js";
import { type ApiAnswer, type ApiOptions, authorizedFetch } from "./oauth/http.js";
import type { OAuth2Session } from "./oauth/session.js";
import { isJsonObject, type JsonObject } from "./oauth/token-answer.js";

/** The service's API, called as the linked account. */
export class ServiceClient {
  readonly #session: OAuth2Session;

  constructor(session: OAuth2Session) {
    this.#session = session;
  }

  /** Any call. The path is appended to the API's address. Throws as `authorizedFetch`. */
  request(method: string, path: string, options: ApiOptions = {}): Promise<ApiAnswer> {
    return authorizedFetch(this.#session, { ...options, method, path });
  }

  /** The example to copy: name it after what it reads, fix its path, and give a type of yours. */
  async readObject(path: string): Promise<JsonObject> {
    const { body } = await this.request("GET", path);
    if (isJsonObject(body)) return body;
    throw new IntegrationError("api_error", `The API gave no object at ${path}.`);
  }
}
