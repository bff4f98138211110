/** Packets in memory, and the ports that move them; may use the JDK alone. */
module dev.warren.packet {
  requires static org.jspecify;
}
