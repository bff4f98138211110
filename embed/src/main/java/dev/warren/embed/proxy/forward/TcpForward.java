package dev.warren.embed.proxy.forward;

import dev.warren.embed.Network;
import dev.warren.embed.proxy.relay.Connection;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.embed.proxy.relay.Service;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * A TCP port that leads to a host.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> a client whose connection leads nowhere is reset.
 */
@Shared
public final class TcpForward implements Service {
  private static final Duration SPARE = Duration.ofSeconds(5);

  private final Network network;
  private final InetSocketAddress target;
  private final ProxyLimits limits;

  /**
   * A forward.
   *
   * @param target in that network; its name, if it is unresolved, is resolved there each time
   */
  public TcpForward(Network network, InetSocketAddress target, ProxyLimits limits) {
    this.network = network;
    this.target = target;
    this.limits = limits;
  }

  @Override
  public byte[] full() {
    return new byte[0];
  }

  @Override
  public void serve(Connection connection) throws IOException {
    connection.within(limits.dial().plus(SPARE));
    Socket other;
    try {
      other = network.dial(target, limits.dial());
    } catch (IOException e) {
      connection.counters().refused(Refusal.of(e));
      throw e;
    }
    connection.attach(other);
    connection.relay(connection.client().getInputStream(), other, limits);
  }
}
