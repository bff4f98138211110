/**
 * The Linux host layer: TUN, UDP sockets, link news, and the wait for them; it calls the kernel.
 */
module dev.warren.linux {
  requires transitive dev.warren.packet;
  requires static transitive org.jspecify;

  exports dev.warren.linux;
  exports dev.warren.linux.route;
}
