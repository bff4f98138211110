package dev.warren.embed.http;

import dev.warren.embed.dns.DnsResolver;
import dev.warren.embed.dns.Transport;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends an HTTP client's requests through a tunnel, those alone whose host is inside.
 *
 * <p>Inside are the addresses that a peer answers for (AllowedIPs), names under the search domains,
 * and names that the tunnel's name servers know by such an address. For all else the selector that
 * was the default before is asked.
 *
 * <p>The proxy behind it is this tunnel's own, on the loopback address. On Linux it recognizes this
 * process and lets nobody else in. Elsewhere, or for another program, requests have to carry {@link
 * #authorization} as their {@code Proxy-Authorization} header, which the JDK's client sends to
 * proxies alone.
 *
 * <p><b>Owner:</b> any thread. Choosing may wait for a name server.
 */
@Shared
public final class TunnelProxySelector extends ProxySelector implements AutoCloseable {
  private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

  /** Finds the addresses of a host inside the network. */
  public interface Names {
    List<InetAddress> resolve(String host) throws UnknownHostException;
  }

  private final Names names;
  private final Predicate<InetAddress> inside;
  private final Predicate<String> isSearched;
  private final @Nullable ProxySelector others;
  private final LoopbackProxy proxy;
  private final List<Proxy> through;

  /**
   * Opens the proxy.
   *
   * @param inside whether an address is reached by this network
   * @param isSearched whether a name is this network's by its domain
   */
  public TunnelProxySelector(
      Transport network, Names names, Predicate<InetAddress> inside, Predicate<String> isSearched)
      throws IOException {
    this.names = names;
    this.inside = inside;
    this.isSearched = isSearched;
    this.others = ProxySelector.getDefault();
    this.proxy = new LoopbackProxy(network);
    this.through = List.of(new Proxy(Proxy.Type.HTTP, proxy.address()));
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = uri.getHost();
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean http = scheme.matches("https?|wss?");
    if (host != null && http && isInside(host)) {
      return through;
    }
    return others == null || others == this ? DIRECT : others.select(uri);
  }

  private boolean isInside(String host) {
    InetAddress literal = DnsResolver.literal(host);
    if (literal != null) {
      return inside.test(literal);
    }
    if (isSearched.test(host)) {
      return true;
    }
    try {
      return names.resolve(host).stream().anyMatch(inside);
    } catch (UnknownHostException e) {
      return false; // the host's network may know it
    }
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    if (others != null && others != this && !proxy.address().equals(address)) {
      others.connectFailed(uri, address, failure);
    }
  }

  /** The value of the header {@code Proxy-Authorization} by which anybody is let in. */
  public String authorization() {
    return proxy.credentials();
  }

  /** Where the proxy listens. */
  public SocketAddress address() {
    return proxy.address();
  }

  /** Ends the proxy and its connections. */
  @Override
  public void close() {
    proxy.close();
  }
}
