/** Runs the protocol core on a thread, between the ports and the configuration socket. */
module dev.warren.engine {
  requires transitive dev.warren.protocol;
  requires static org.jspecify;

  exports dev.warren.engine;
}
