package dev.warren.embed.proxy;

import dev.warren.config.proxy.Preference;
import dev.warren.embed.Network;
import dev.warren.packet.owner.Immutable;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A network that knows where its routes end, and which of a host's addresses to try first.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> {@link SocketException} "Network is unreachable" for an address without route.
 */
@Immutable
public final class RoutedNetwork implements Network {
  private final Network network;
  private final Preference preference;
  private final Predicate<InetAddress> isRouted;

  /** A network. */
  public RoutedNetwork(Network network, Preference preference, Predicate<InetAddress> isRouted) {
    this.network = network;
    this.preference = preference;
    this.isRouted = isRouted;
  }

  @Override
  public Socket dial(InetSocketAddress to, Duration timeout) throws IOException {
    List<InetAddress> found =
        to.isUnresolved() ? resolve(to.getHostString()) : List.of(to.getAddress());
    long begin = System.nanoTime();
    IOException last = null;
    for (InetAddress address : found) {
      if (!isRouted.test(address)) {
        last = last == null ? new SocketException("Network is unreachable") : last;
        continue;
      }
      long nanos = timeout.toNanos() - (System.nanoTime() - begin);
      if (!timeout.isZero() && last != null && nanos < TimeUnit.MILLISECONDS.toNanos(1)) {
        break;
      }
      try {
        Duration left = timeout.isZero() ? timeout : Duration.ofNanos(Math.max(nanos, 1_000_000));
        return network.dial(new InetSocketAddress(address, to.getPort()), left);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last == null ? new UnknownHostException(to.getHostString()) : last;
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    List<InetAddress> found = new ArrayList<>(network.resolve(host));
    if (preference != Preference.AUTO) {
      boolean first4 = preference == Preference.IPV4;
      found.sort(
          (a, b) ->
              Boolean.compare(
                  (a instanceof Inet4Address) != first4, (b instanceof Inet4Address) != first4));
    }
    return List.copyOf(found);
  }

  @Override
  public ServerSocket listen(@Nullable InetAddress local, int port, int backlog)
      throws IOException {
    return network.listen(local, port, backlog);
  }

  @Override
  public DatagramSocket datagrams(@Nullable InetAddress local, int port) throws IOException {
    return network.datagrams(local, port);
  }
}
