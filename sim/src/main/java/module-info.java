/** Whole devices on a virtual clock. */
module dev.warren.sim {
  requires transitive dev.warren.engine;
  requires static org.jspecify;
}
