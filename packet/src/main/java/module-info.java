/** Packets at rest and the ports they come and go by. */
module dev.warren.packet {
  requires static transitive org.jspecify;

  exports dev.warren.packet;
  exports dev.warren.packet.memory;
  exports dev.warren.packet.offload;
  exports dev.warren.packet.owner;
  exports dev.warren.packet.trie;
}
