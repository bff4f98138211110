/** Runs the protocol core. */
module dev.warren.engine {
  requires transitive dev.warren.protocol;
  requires static org.jspecify;
}
