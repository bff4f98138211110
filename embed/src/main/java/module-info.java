/** Tunnels inside a Java program. */
module dev.warren.embed {
  requires transitive dev.warren.config;
  requires dev.warren.engine;
  requires dev.warren.linux;
  requires dev.warren.netstack;
  requires transitive dev.warren.packet;
  requires static transitive org.jspecify;

  exports dev.warren.embed;
  exports dev.warren.embed.dns;
  exports dev.warren.embed.http;
  exports dev.warren.embed.proxy;
  exports dev.warren.embed.proxy.info;
  exports dev.warren.embed.proxy.relay;
}
