package dev.warren.embed.proxy.forward;

import dev.warren.embed.Network;
import dev.warren.embed.proxy.relay.Connection;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.embed.proxy.relay.Service;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * A TCP port that leads TLS to the host that its first message names, at port 443.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> TLS alerts: unrecognized name without a name, internal error where there is no
 * connection.
 *
 * <p><b>Source:</b> RFC 6066 section 3, RFC 8446 section 6.
 */
@Shared
public final class SniForward implements Service {
  private static final int PORT = 443;
  private static final Duration SPARE = Duration.ofSeconds(5);
  private static final int INTERNAL_ERROR = 80;
  private static final int UNRECOGNIZED_NAME = 112;

  private final Network network;
  private final ProxyLimits limits;
  private final int port;

  /** A forward into that network. */
  public SniForward(Network network, ProxyLimits limits) {
    this(network, limits, PORT);
  }

  SniForward(Network network, ProxyLimits limits, int port) {
    this.network = network;
    this.limits = limits;
    this.port = port;
  }

  @Override
  public byte[] full() {
    return alert(INTERNAL_ERROR);
  }

  private static byte[] alert(int description) {
    return new byte[] {21, 3, 3, 0, 2, 2, (byte) description};
  }

  @Override
  public void serve(Connection connection) throws IOException {
    InputStream in = connection.client().getInputStream();
    ClientHello hello = ClientHello.read(in);
    String host = hello.host();
    if (host == null) {
      connection.counters().refused(Refusal.BAD_REQUEST);
      connection.farewell(alert(UNRECOGNIZED_NAME));
      return;
    }
    connection.within(limits.dial().plus(SPARE));
    Socket other;
    try {
      other = network.dial(InetSocketAddress.createUnresolved(host, port), limits.dial());
    } catch (IOException e) {
      connection.counters().refused(Refusal.of(e));
      connection.farewell(alert(INTERNAL_ERROR));
      return;
    }
    connection.attach(other);
    other.getOutputStream().write(hello.bytes());
    connection.relay(in, other, limits);
  }
}
