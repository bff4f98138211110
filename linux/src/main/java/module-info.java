/** The Linux host layer; the one room that calls the kernel. */
module dev.warren.linux {
  requires transitive dev.warren.packet;
  requires static org.jspecify;
}
