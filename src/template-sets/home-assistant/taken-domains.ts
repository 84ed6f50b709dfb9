/** Whether a word is one of a text; the text is taken apart when somebody asks. */
function wordsOf(text: string): (word: string) => boolean {
  let words: ReadonlySet<string> | undefined;
  return (word) => (words ??= new Set(text.trim().split(/\s+/u))).has(word);
}

/** Keywords of Python 3.14, the soft ones too (`keyword.kwlist`, `keyword.softkwlist`). */
export const isPythonKeyword = wordsOf(`
  and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match
  nonlocal not or pass raise return try type while with yield
`);

/** Modules of the standard library of Python 3.14 (`sys.stdlib_module_names`). */
export const isStandardModule = wordsOf(`
  abc annotationlib antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 calendar cmath cmd code
  codecs codeop collections colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg csv ctypes
  curses dataclasses datetime dbm decimal difflib dis doctest email encodings ensurepip enum errno faulthandler fcntl filecmp
  fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html
  http idlelib imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox marshal math
  mimetypes mmap modulefinder msvcrt multiprocessing netrc nt ntpath nturl2path numbers opcode operator optparse os pathlib pdb
  pickle pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc
  pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex
  shutil signal site smtplib socket socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep
  struct subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile termios textwrap this threading time timeit tkinter
  token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uuid venv
  warnings wave weakref webbrowser winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
`);

/** Integrations that come with Home Assistant 2026.11 (the folders of `homeassistant/components` that have a manifest). */
export const isCoreDomain = wordsOf(`
  3_day_blinds abode abrp acaia accuweather acmeda acomax actiontec actron_air adax adguard ads advantage_air aemet aep_ohio aep_texas
  aerosmart aftership agent_dvr ai_task aidot air_quality airgradient airly airnow airobot airos airpatrol airq airthings airthings_ble
  airtouch4 airtouch5 airvisual airvisual_pro airzone airzone_cloud aladdin_connect alarm_control_panel alarmdecoder alert alexa
  alexa_devices alpha_bidet_infrared alpha_vantage altruist amazon_polly amberelectric ambient_network ambient_station amcrest
  amp_motorization analytics analytics_insights android_ip_webcam androidtv androidtv_remote anel_pwrctrl anglian_water anova anthemav
  anthropic anwb_energie any_list aosmith apache_kafka apcupsd api apollo_automation appalachianpower apple_tv application_credentials
  apprise aprilaire aprs apsystems aquacell aqualogic aquostv aqvify aranet arcam_fmj arest ariston arris_tg2492lg artsound aruba arve
  arwn aseko_pool_live assist_pipeline assist_satellite asuswrt atag atlanticcityelectric atome august august_ble aurora
  aurora_abb_powerone aussie_broadband austroflamm autarco auth automation autoskope avea avosdim awair aws aws_s3 axis axle_energy
  azure_data_explorer azure_devops azure_event_hub azure_service_bus azure_storage backblaze_b2 backup baf baidu balay balboa bang_olufsen
  battery bauknecht bayesian bbox besen beverly bge binary_sensor bitcoin bitvis bizkaibus blackbird blebox blink bliss_automation
  bloc_blinds blockchain blue_current bluemaestro blueprint bluesound bluetooth bluetooth_adapters bluetooth_le_tracker bluetti_modbus
  bmw_connected_drive bond bosch_alarm bosch_shc bosch_smart_camera brands brandt braviatv brel_home bring broadlink brother
  brottsplatskartan browser brunt bryant_evolution bsblan bswitch bt_home_hub_5 bt_smarthub bthome bticino bubendorff bugu buienradar
  burbank_water_and_power button bwt caldav calendar cambridge_audio camera canary carrier casper_glow cast ccm15 centriconnect
  cert_expiry chacon_dio channels chef_iq chess_com chirpstack cielo_home cisco_ios cisco_mobility_express cisco_webex_teams citybikes
  clickatell clicksend clicksend_tts climate cloud cloudflare cloudflare_r2 cmus co2signal coautilities coinbase collection_image colmo
  color_extractor comed comed_hourly_pricing comelit comfee comfoconnect command_line compensation compit concord232 coned config
  configurator constructa control4 conversation cookidoo coolmaster cosori counter cover cozytouch cppm_tracker cpuspeed cribl crownstone
  currencylayer cync dacia daikin danfoss_air data_grand_lyon datadog date datetime ddwrt deako debug_console debugpy deconz decora_wifi
  decorquip default_config delijn delmarva deluge demo denon denon_rs232 denonavr derivative devialet device_automation
  device_sun_light_trigger device_tracker devolo_home_control devolo_home_network dexcom dhcp diagnostics dialogflow diaz digital_loggers
  digital_ocean directv discogs discord discovergy dlink dlna_dmr dlna_dms dnsip doods door doorbell doorbird dooya dormakaba_dkey
  downloader dremel_3d_printer drop_connect dropbox droplet dsmr dsmr_reader duckdns duco dunehd duotecno duquesne_light
  dwd_weather_warnings dynalite dyson_infrared eafm earn_e_p1 eastron easyenergy ebox ebusd ecoal_boiler ecobee ecoforest econet ecosmart
  ecospar ecovacs ecowitt edifier_infrared edimax edl21 efergy egardia egauge eheimdigital eight_sleep ekeybionyx electrasmart
  electric_kiwi elevenlabs elgato elkm1 elmax elv elvia emby emoncms emoncms_history emonitor emulated_hue emulated_kasa emulated_roku
  energenie_power_sockets energie_vanons energieleser energy energyid energyzero engie_be enigma2 enocean enphase_envoy
  entur_public_transport envertech_evt800 environment_canada envisalink ephember epic_games_store epion epson eq3btsmart escea
  esera_onewire esphome essent eufy eufylife_ble eurotronic_cometblue event evergy everlights everything_smart_home evil_genius_labs
  evohome exicom_spin_ble ezviz faa_delays facebook fail2ban familyhub fan fastdotcom feedreader ffmpeg ffmpeg_motion ffmpeg_noise fibaro
  fido file file_upload filesize filter fing fints fire_tv firefly_iii fireservicerota firmata fish_audio fitbit fivem fixer fjaraskupan
  fleetgo flexit flexit_bacnet flexom flic flic_button flipr flo flock flow_it flume fluss flux flux_led folder folder_watcher foobot
  foreca forecast_solar forked_daapd fortios foscam foursquare frankever free_mobile freebox freedns freedompro freshr fressnapf_tracker
  fritz fritzbox fritzbox_callmonitor fronius frontend frontier_silicon fuelprices_dk fujitsu_anywair fujitsu_fglair fully_kiosk fumis
  futurenow fyta gaggenau garadget garage_door garages_amsterdam gardena_bluetooth gate gatus gaviota gc100 gdacs generic
  generic_hygrostat generic_thermostat geniushub gentex_homelink geo_json_events geo_location geo_rss_events geocaching geofency
  geonetnz_quakes geonetnz_volcano geosphere_austria_warnings ghost gios github gitlab_ci gitter glances go2rtc goalzero gogogate2 goodwe
  google google_air_quality google_assistant google_assistant_sdk google_cloud google_drive google_generative_ai_conversation
  google_health google_mail google_maps google_photos google_pubsub google_sheets google_tasks google_translate google_travel_time
  google_weather google_wifi govee_ble govee_light_local gpsd gpslogger grandstream_home graphite gree gree_infrared green_planet_energy
  greencell greeneye_monitor group growatt_server gtfs guardian guntamatic haas_sohn habitica hanna harbor hardkernel hardware
  harman_kardon_avr harman_luxury harmony harvey hase_iq hassio havana_shade haveibeenpwned haven_iaq hddtemp hdfury hdmi_cec heatmiser
  hegel heicko heiwa helty helty_cloud heos here_travel_time heta hexaom hi_kumo hikvision hikvisioncam hisense_aehw4a1 history
  history_stats hitron_coda hive hko hlk_sw16 holiday home_connect home_plus_control homeassistant homeassistant_alerts
  homeassistant_connect_zbt2 homeassistant_green homeassistant_hardware homeassistant_sky_connect homeassistant_yellow homee homekit
  homekit_controller homematic homematicip_cloud homevolt homewizard homeworks honeywell honeywell_string_lights horizon hortimax
  hotspring hp_ilo hp_printer hr_energy_qube html5 http huawei_lte hue hue_ble huisbaasje humidifier humidity hunterdouglas_powerview
  hurrican_shutters_wholesale husqvarna_automower husqvarna_automower_ble huum hvv_departures hydrawise hydroquebec_peak hyperion
  hypontech ialarm iammeter iaqualink ibeacon icloud idasen_desk idrive_e2 idteck_prox ifttt iglo igloohome ign_sismologia ihc illuminance
  image image_processing image_upload imap imeon_inverter imgw_pib immich imou improv_ble incomfort indevolt indi_allsky
  indianamichiganpower inels influxdb infrared inkbird input_boolean input_button input_datetime input_number input_select input_text
  inspired_shades insteon integration intelliclima intellifire intent intent_script intesishome inventor iometer ios iotawatt iotorero
  iotty iperf3 ipma ipp iqvia irish_rail_transport irm_kmi iron_os isal iseo_argo_ble iskra islamic_prayer_times ismartwindow israel_rail
  iss ista_ecotrend isy994 itach itunes ituran izone jellyfin jewish_calendar joaoapps_join juicenet justnimbus jvc_projector kaco_modbus
  kaco_rs485 kaiser_nienhaus kaiterra kaleidescape kankun karakeep keba keenetic_ndms2 kef kegtron kentuckypower keyboard_remote
  keymitt_ble kiosker kira kitchen_sink kiwi klik_aan_klik_uit kmtronic knocki knx kodi konnected konnected_esphome kostal_plenticore
  kraken krispol kulersky kwb labs lacrosse lacrosse_view lamarzocco lametric landisgyr_heat_meter lannouncer lastfm launch_library
  laundrify lawn_mower lcn ld2410_ble leaone led_ble led_infrared legrand lektrico letpot levoit lg_infrared lg_netcast lg_soundbar
  lg_thinq lg_tv_rs232 libre_hardware_monitor librenms libresync lichess lidarr liebherr life360 lifx lifx_cloud light lightwave
  limitlessled linak linkedgo linkplay linksys_smart linode linux_battery linx litejet litellm litterrobot little_swan livisi llama_cpp
  llamalab_automate llm local_calendar local_file local_ip local_todo locative lock logbook logger lojack london_air london_underground
  lookin loqed lorawan lovelace luci luftdaten lunatone lupusec lutron lutron_caseta luxaflex lw12wifi lyngdorf lyric madeco madvr mailgun
  manual manual_mqtt map_tiles marantz marantz_infrared marantz_rs232 marketplace martec marytts mastodon matrix matter maxcube maytag
  mazda mcp mcp_server mealie meater medcom_ble media_extractor media_player media_source mediaroom melcloud melcloud_home melissa melnor
  meraki message_bird met met_eireann meteo_france meteo_lt meteoalarm meteoclimatic metoffice mfi microbees microsoft midea miele
  mijn_farmad_apotheek mijndomein_energie mikrotik mill min_max minecraft_server minio mitsubishi_comfort mjpeg moat mobile_app mochad
  modbus modem_callerid modern_forms moehlenhoff_alpha2 moisture mold_indicator monarch_money monessen monoprice monzo moon mopeka motion
  motion_blinds motionblinds_ble motioneye motionmount mpd mqtt mqtt_eventstream mqtt_json mqtt_room mqtt_statestream msteams mta mullvad
  music_assistant mutesync mvglive my my_pv myneomitis myq mysensors mystrom mythicbeastsdns myuplink nad nam namecheapdns nanoleaf nasweb
  nature_remo neato nederlandse_spoorwegen neff neo neopool ness_alarm nest netatmo netdata netgear netgear_lte netio netsu network
  neurio_energy nexblue nexen nexia nexity nextbus nextcloud nextdns nfandroidtv nibe_heatpump nice_go nightscout niko_home_control nilu
  nina nintendo_parental_controls nissan_leaf nmap_tracker nmbs no_ip noaa_tides nobo_hub nordpool norway_air notify notify_events notion
  novy_cooker_hood nrgkick nsw_fuel_station nsw_rural_fire_service_feed ntfy nuheat nuki numato number nut nutrichef nws nx584 nyt_games
  nzbget oasa_telematics obihai occupancy octoprint oem ogemray ogeneral ohmconnect ohme okok_scale olimpia_splendid ollama ombi omie
  omnilogic onboarding oncue ondilo_ico onedrive onedrive_for_business onewire onida_infrared onkyo onvif open_meteo open_router
  openai_conversation openalpr_cloud opendisplay openerz openevse openexchangerates opengarage openhardwaremonitor openhome openrgb
  opensensemap opensky opentherm_gw openuv openweathermap opnsense opower opple oralb oru_opower orvibo osoenergy osram_infrared
  osramlightify otbr otp ouman_eh_800 ourgroceries overkiz overseerr ovhcloud_ai_endpoints ovo_energy owntracks p1_monitor paj_gps
  palazzetti panasonic_bluray panasonic_viera panel_custom paperless_ngx pcs_lighting peblar peco peco_opower pegel_online pencom pepco
  permobil persang_infrared persistent_notification person pge pglab philips_infrared philips_js pi_hole picnic picotts pilight pinecil
  ping pioneer piper pitsos pjlink plaato plant playstation_network plex plugwise plum_lightpad pocketcasts point pooldose poolsense
  portainer power powerfox powerfox_local powerwall prana private_ble_device pro_breeze probe_plus profiler profilo progettihwsw proliphix
  prometheus prosegur prowl proximity proxmoxve proxy prusalink ps4 pse psoklahoma ptdevices pterodactyl pulseaudio_loopback pure_energie
  purpleair push pushbullet pushover pushsafer pvoutput pvpc_hourly_pricing pyload python_script qbittorrent qbus qingping qld_bushfire
  qnap qnap_qsw qrcode quadrafire quantum_gateway qvr_pro qwikswitch rabbitair rachio radarr radio_browser radio_frequency radiotherm
  rainbird rainbowminer rainforest_eagle rainforest_raven rainmachine random rapt_ble raspberry_pi raspyrfm raven_rock_mfg rdw
  recollect_waste recorder recovery_mode recswitch reddit redgtech refoss rehlko rejseplanen remember_the_milk remote remote_calendar
  remote_rpi_gpio renault renson reolink repairs repetier rest rest_command rexel rflink rfxtrx rhasspy ridwell ring ripple risco
  rituals_perfume_genie rmvtransport roborock rocketchat roku romy roomba roon rotenso route53 route_b_smart_meter rova rpi_power
  rss_feed_template rtorrent ruckus_unleashed russound_rio russound_rnet ruuvi_gateway ruuvitag_ble rympro sabnzbd saj samsam
  samsung_exlink samsung_infrared samsungtv sanix satel_integra saunum scene schedule schlage schluter scl scorpiontrack scrape screenaway
  screenlogic script seafile search season select sendgrid sense sensecap_lorawan sensibo sensirion_ble sensor sensorblue sensorpro
  sensorpush sensorpush_cloud sensoterra sentry senz serial serial_pm sesame seven_segments seventeentrack sfr_box sftp_storage sharkiq
  shell_command shelly shodan shopping_list sia siemens sighthound signal_messenger silla_prism silvercrest_infrared simplefin simplepush
  simplisafe simply_automated simu sinch siren sisyphus skoda sky_hub sky_remote skybeacon skybell slack sleep_as_android sleepiq slide
  slide_local slimproto sma smappee smarla smart_blinds smart_home smart_meter_texas smart_rollos smarther smartthings smarttub smarty
  smartyplants smhi smlight smtp smud snapcast snmp snoo snooz sofar solaredge solaredge_modbus solarlog solarman solax solyx_energy_cloud
  soma somfy somfy_mylink sonarr songpal sonos sony_projector soundtouch spaceapi spc specialized_turbo speedtestdotnet spider splunk
  spotify sql squeezebox srp_energy ssdp starline starlingbank starlink startca statistics statsd steam_online steamist
  steamvr_base_station steinway_lyngdorf stiebel_eltron stookwijzer stream streamlabswater stt subaru suez_water sun sunricher_dali
  sunsynk sunweg supervisord supla surepetcare swepco swiss_hydrological_data swiss_public_transport swisscom switch switch_as_x switchbee
  switchbot switchbot_cloud switcher_kis switchmate symfonisk syncthing syncthru synology_chat synology_dsm synology_srm syslog
  system_bridge system_health system_log systemmonitor systemnexa2 tado tag tailscale tailwind tami4 tank_utility tankerkoenig tapsaff
  tasmota tautulli tcp technove ted5000 tedee telegram telegram_bot teleinfo tellduslive tellstick telnet teltonika temper temperature
  template tesla_fleet tesla_wall_connector teslemetry tessie text theben_conexa thermador thermobeacon thermoplus thermopro
  thethingsnetwork thethingsnetwork_lorawan thingspeak thinkingcleaner thomson thread threema threshold tibber tile tilt_ble tilt_pi time
  time_date timer tmb tod todo todoist togrill tolo tomato tomorrowio tonewinner toon torque toshiba_lifestyle totalconnect touchline
  touchline_sl tplink tplink_lte tplink_omada tplink_tapo traccar traccar_server trace tractive tradfri trafikverket_camera
  trafikverket_ferry trafikverket_train trafikverket_weatherstation trane transmission transport_nsw trend triggercmd trmnl tts tuya
  twentemilieu twilio twilio_call twilio_sms twinkly twitch twitter ubiwizz ublockout ubus uhoo uk_transport ukraine_alarm ultraloq unifi
  unifi_access unifi_direct unifi_discovery unifiprotect universal upb upc_connect upcloud update upnp uprise_smart_shades uptime
  uptime_kuma uptimerobot usage_prediction usb usgs_earthquakes_feed utility_meter uvc v2c vacuum vagner_pool vallox valve vandelo
  vasttrafik vegehub velbus velux venstar vera verisure vermont_castings versasense version vesync viaggiatreno vibration vicare
  victron_ble victron_gx victron_remote_monitoring vilfo vistapool vitesy vivotek vizio vlc_telnet vodafone_station voicerss voip
  volkszaehler volumio volvo w800rf32 wahin wake_on_lan wake_word wallbox waqi water_heater waterfurnace watergate watts watttime
  wattwaechter waze_travel_time weather weatherflow weatherflow_cloud weatherkit web_rtc webdav webhook webmin webostv websocket_api
  weheat wemo whirlpool whisper whois wiffi wiim wilight willow window wirelesstag withings wiz wled wmspro wolflink workday worldclock
  worldtidesinfo worxlandroid ws66i wsdot wyoming x10 xbox xeoma xiaomi xiaomi_aqara xiaomi_ble xiaomi_miio xiaomi_tv xiaomi_weather xmpp
  xs1 xthings_cloud yale yale_smart_alarm yalexs_ble yamaha yamaha_musiccast yandex_transport yandextts yardian yeelight yeelightsunflower
  yi yolink yoto youless youtube zabbix zamg zbox_hub zengge zeroconf zerproc zeversolar zha zhong_hong ziggo_mediabox_xl zimi zinvolt
  zodiac zondergas zone zoneminder zonneplan zwave_js zwave_me
`);

/** Those of them that are Home Assistant itself: parts and kinds of entities, whose manifest has no IoT class. */
export const isPartOfHomeAssistant = wordsOf(`
  ai_task air_quality alarm_control_panel api application_credentials assist_satellite auth automation battery binary_sensor
  blueprint brands button calendar camera climate color_extractor config configurator conversation counter cover date datetime
  default_config device_automation device_tracker diagnostics door doorbell downloader event fan ffmpeg file_upload frontend
  garage_door gate geo_location hardkernel hardware history homeassistant homeassistant_alerts homeassistant_connect_zbt2
  homeassistant_green homeassistant_hardware homeassistant_sky_connect homeassistant_yellow humidifier humidity illuminance image
  image_processing image_upload infrared input_boolean input_button input_datetime input_number input_select input_text intent
  intent_script lawn_mower light lock logbook logger lovelace map_tiles media_player media_source moisture motion my notify number
  occupancy onboarding panel_custom plant power profiler proxy python_script radio_frequency raspberry_pi recovery_mode remote
  repairs scene schedule script search select sensor siren stt switch system_health system_log tag temperature text time timer
  todo trace tts update vacuum valve vibration wake_word water_heater weather web_rtc webhook websocket_api window zone
`);
