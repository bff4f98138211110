/** The protocol core: no I/O, no threads, no clock. */
module dev.warren.protocol {
  requires transitive dev.warren.crypto;
  requires transitive dev.warren.packet;
  requires static org.jspecify;

  exports dev.warren.protocol;
  exports dev.warren.protocol.config;
  exports dev.warren.protocol.uapi;
}
