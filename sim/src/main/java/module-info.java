/** Whole devices on a virtual clock. */
module dev.warren.sim {
  requires transitive dev.warren.engine;
  requires transitive dev.warren.netstack;
  requires static org.jspecify;
}
