/** Primitives of the protocol; may use the JDK alone. */
module dev.warren.crypto {
  requires static org.jspecify;
}
