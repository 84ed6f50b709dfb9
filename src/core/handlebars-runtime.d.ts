/** The package declares its runtime as an empty module; this is the part of it that we call. */
declare module "handlebars/runtime.js" {
  import type Handlebars from "handlebars";
  const runtime: Pick<typeof Handlebars, "template">;
  export default runtime;
}
