/** The command. */
module dev.warren.cli {
  requires transitive dev.warren.config;
  requires transitive dev.warren.engine;
  requires transitive dev.warren.linux;
  requires static org.jspecify;

  exports dev.warren.cli;
}
