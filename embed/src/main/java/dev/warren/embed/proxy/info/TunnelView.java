package dev.warren.embed.proxy.info;

import dev.warren.embed.TunnelStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/** What is asked of a tunnel to tell how it is. */
public interface TunnelView {
  /** How it is. */
  TunnelStatus status() throws IOException;

  /** Asks a host for an echo; returns when it came. */
  void ping(InetAddress host, Duration timeout) throws IOException;
}
