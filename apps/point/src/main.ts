/** What this program can be told to do, by its first word. */
const MODES = ["squid-helper", "unbound", "bind", "probe"];

process.stderr.write(
  `causeway-point: usage: causeway-point <${MODES.join("|")}> --config FILE; none of them is in this version\n`,
);
process.exitCode = 3;
