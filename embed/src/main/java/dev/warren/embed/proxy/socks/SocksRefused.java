package dev.warren.embed.proxy.socks;

import dev.warren.embed.proxy.relay.Refusal;
import java.io.IOException;

/** A request that is answered with a refusal. */
final class SocksRefused extends IOException {
  private static final long serialVersionUID = 1;

  final SocksReply reply;
  final Refusal why;

  SocksRefused(SocksReply reply, Refusal why) {
    super(reply.name());
    this.reply = reply;
    this.why = why;
  }
}
