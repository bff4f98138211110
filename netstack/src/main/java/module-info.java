/** TCP/IP for a host with one interface, without I/O, threads and clock. */
module dev.warren.netstack {
  requires transitive dev.warren.packet;
  requires static org.jspecify;

  exports dev.warren.netstack;
}
