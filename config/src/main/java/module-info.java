/** Configuration text: the files of {@code wg} and {@code wg-quick}. */
module dev.warren.config {
  requires transitive dev.warren.crypto;
  requires transitive dev.warren.packet;
  requires static org.jspecify;

  exports dev.warren.config;
  exports dev.warren.config.proxy;
}
