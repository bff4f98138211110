package dev.warren.embed.proxy;

import dev.warren.config.proxy.HostPort;
import dev.warren.config.proxy.ProxyService;
import dev.warren.embed.Network;
import dev.warren.embed.proxy.forward.SniForward;
import dev.warren.embed.proxy.forward.StdioForward;
import dev.warren.embed.proxy.forward.TcpForward;
import dev.warren.embed.proxy.forward.UdpForward;
import dev.warren.embed.proxy.http.HttpService;
import dev.warren.embed.proxy.info.InfoService;
import dev.warren.embed.proxy.info.Readiness;
import dev.warren.embed.proxy.info.TunnelView;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Reception;
import dev.warren.embed.proxy.relay.Service;
import dev.warren.embed.proxy.relay.ServiceCounters;
import dev.warren.embed.proxy.socks.SocksService;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that is served between a private network and the host's.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> {@link IOException} for a port that cannot be had, saying which.
 */
@Shared
public final class ProxyHouse implements AutoCloseable {
  private static final int BACKLOG = 512;

  private final Network inside;
  private final Network host;
  private final ProxyLimits limits;
  private final Consumer<String> log;
  private final Reception reception;
  private final List<ServiceCounters> counters = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> others = new CopyOnWriteArrayList<>();

  /**
   * Nothing is served yet.
   *
   * @param inside the private network
   * @param host this machine's
   * @param log hears what is served, and what goes wrong
   */
  public ProxyHouse(Network inside, Network host, ProxyLimits limits, Consumer<String> log) {
    this.inside = inside;
    this.host = host;
    this.limits = limits;
    this.log = log;
    this.reception = new Reception(limits, log);
  }

  /**
   * Serves this from now on; not {@link ProxyService.Stdio}, which {@link #stdio} is for.
   *
   * @return where; of {@code 0.0.0.0:0} with the port that it got
   */
  public InetSocketAddress open(ProxyService service) throws IOException {
    return switch (service) {
      case ProxyService.Socks socks ->
          listen(
              "socks5", socks.bind(), new SocksService(inside, host, socks.credentials(), limits));
      case ProxyService.Http http ->
          listen("http", http.bind(), new HttpService(inside, http.credentials(), limits));
      case ProxyService.Sni sni -> listen("sni", sni.bind(), new SniForward(inside, limits));
      case ProxyService.TcpClient tcp ->
          listen(
              "tcp to " + tcp.target(),
              tcp.bind(),
              new TcpForward(inside, unresolved(tcp.target()), limits));
      case ProxyService.TcpServer tcp -> {
        String protocol = "tcp from tunnel to " + tcp.target();
        ServerSocket door = door(inside, protocol, null, tcp.port());
        yield serve(protocol, door, new TcpForward(host, unresolved(tcp.target()), limits));
      }
      case ProxyService.UdpClient udp -> {
        String protocol = "udp to " + udp.target();
        DatagramSocket door = datagrams(host, protocol, address(udp.bind()), udp.bind().port());
        yield forward(protocol, door, inside, udp.target(), udp.inactivitySeconds());
      }
      case ProxyService.UdpServer udp -> {
        String protocol = "udp from tunnel to " + udp.target();
        DatagramSocket door = datagrams(inside, protocol, null, udp.port());
        yield forward(protocol, door, host, udp.target(), udp.inactivitySeconds());
      }
      case ProxyService.Stdio stdio ->
          throw new IllegalArgumentException("not to be opened: " + stdio);
    };
  }

  private InetSocketAddress listen(String protocol, HostPort bind, Service service)
      throws IOException {
    return serve(protocol, door(host, protocol, address(bind), bind.port()), service);
  }

  private InetSocketAddress serve(String protocol, ServerSocket door, Service service) {
    InetSocketAddress where = new InetSocketAddress(door.getInetAddress(), door.getLocalPort());
    reception.open(door, counters(protocol, where), service);
    return where;
  }

  private InetSocketAddress forward(
      String protocol, DatagramSocket door, Network network, HostPort target, int seconds) {
    InetSocketAddress where = new InetSocketAddress(door.getLocalAddress(), door.getLocalPort());
    others.add(
        new UdpForward(
            door,
            network,
            unresolved(target),
            Duration.ofSeconds(seconds),
            limits,
            counters(protocol, where)));
    return where;
  }

  private ServiceCounters counters(String protocol, InetSocketAddress where) {
    String place = text(where);
    ServiceCounters made = new ServiceCounters(protocol, place);
    counters.add(made);
    log.accept(protocol + " on " + place);
    return made;
  }

  private static String text(InetSocketAddress where) {
    return new HostPort(where.getAddress().getHostAddress(), where.getPort()).toString();
  }

  private @Nullable InetAddress address(HostPort bind) throws IOException {
    return bind.host().isEmpty() ? null : host.resolve(bind.host()).getFirst();
  }

  private static InetSocketAddress unresolved(HostPort target) {
    return InetSocketAddress.createUnresolved(target.host(), target.port());
  }

  private static ServerSocket door(
      Network network, String protocol, @Nullable InetAddress address, int port)
      throws IOException {
    try {
      return network.listen(address, port, BACKLOG);
    } catch (IOException e) {
      throw failure(protocol, address, port, e);
    }
  }

  private static DatagramSocket datagrams(
      Network network, String protocol, @Nullable InetAddress address, int port)
      throws IOException {
    try {
      return network.datagrams(address, port);
    } catch (IOException e) {
      throw failure(protocol, address, port, e);
    }
  }

  private static IOException failure(
      String protocol, @Nullable InetAddress address, int port, IOException cause) {
    String host = address == null ? "" : address.getHostAddress();
    String where = new HostPort(host, port).toString();
    return new IOException(protocol + " on " + where + ": " + cause.getMessage(), cause);
  }

  /**
   * Joins two streams to a host of the private network, until it ends.
   *
   * @throws IOException when there is no connection, or it breaks off
   */
  public void stdio(HostPort target, InputStream in, OutputStream out) throws IOException {
    ServiceCounters counted = new ServiceCounters("stdio to " + target, "-");
    counters.add(counted);
    try (StdioForward forward = StdioForward.dial(inside, unresolved(target), limits, counted)) {
      others.add(forward);
      forward.run(in, out);
    }
  }

  /**
   * Tells of itself over HTTP from now on.
   *
   * @param hosts to be pinged at each interval
   */
  public InetSocketAddress info(
      HostPort bind, TunnelView tunnel, List<InetAddress> hosts, Duration interval)
      throws IOException {
    Readiness readiness = new Readiness(tunnel, hosts, interval, InstantSource.system());
    others.add(readiness);
    InetSocketAddress where = listen("info", bind, new InfoService(tunnel, readiness, counters));
    readiness.start();
    return where;
  }

  /** What each service has done. */
  public List<ServiceCounters> counters() {
    return List.copyOf(counters);
  }

  /** Serves no more, and resets the connections. */
  @Override
  public void close() {
    reception.close();
    for (AutoCloseable each : others) {
      try {
        each.close();
      } catch (Exception e) {
        log.accept(String.valueOf(e));
      }
    }
  }
}
