package dev.warren.embed;

import dev.warren.config.Configuration;
import dev.warren.config.InterfaceAddress;
import dev.warren.config.InterfaceConfig;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.embed.dns.DnsResolver;
import dev.warren.embed.http.TunnelProxySelector;
import dev.warren.embed.port.Addresses;
import dev.warren.embed.port.Backend;
import dev.warren.embed.port.StackDoorbell;
import dev.warren.embed.port.StackPort;
import dev.warren.embed.socket.Sockets;
import dev.warren.engine.Engine;
import dev.warren.engine.Log;
import dev.warren.netstack.Ping;
import dev.warren.netstack.Stack;
import dev.warren.netstack.StackSettings;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.config.PeerSnapshot;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A WireGuard tunnel inside this program: its private network, without root and without an
 * interface.
 *
 * <p>It is configured by the files of {@code wg-quick}. Of these the settings that concern the host
 * have no meaning here and are left alone: {@code FwMark}, {@code Table}, {@code SaveConfig} and
 * the commands before and after. {@code DNS} names the servers, inside the tunnel, that {@link
 * #resolve} asks; where there are none it is the host's own resolver that is asked, outside of the
 * tunnel. Endpoints of peers are always resolved by the host.
 *
 * <p>There can be many at a time. Each has one thread of its own, a daemon; one more while somebody
 * listens, or while an endpoint is a name. {@link #close} ends them and gives everything back.
 *
 * <p><b>Owner:</b> any thread, virtual ones too.
 *
 * <p><b>Errors:</b> those of the JDK's sockets; {@link SocketException} for what is asked of a
 * closed tunnel.
 */
@Shared
public final class Tunnel implements Network, AutoCloseable {
  private static final int PING_BYTES = 56;
  private static final int DNS_PORT = 53;

  private final String name;
  private final int mtu;
  private final List<InetAddress> addresses;
  private final List<InetAddress> dns;
  private final @Nullable DnsResolver resolver;
  private final ReentrantLock selecting = new ReentrantLock();
  private @Nullable TunnelProxySelector selector;
  private final String publicKey;
  private final Backend backend;
  private final Stack stack;
  private final Engine engine;
  private final Peers peers;
  private final EndpointNames names = new EndpointNames(EndpointNames::ask);
  private final Watch watch;
  private final Sockets sockets;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Tunnel(TunnelBuilder.Wishes wishes, InterfaceConfig device, Secret key, Backend backend) {
    this.name = wishes.name();
    this.backend = backend;
    this.mtu = TunnelBuilder.mtu(device);
    List<IpAddress> own = device.addresses().stream().map(InterfaceAddress::address).toList();
    this.addresses = own.stream().map(Addresses::of).toList();
    this.dns = device.dns().stream().map(Addresses::of).toList();
    this.resolver =
        dns.isEmpty()
            ? null
            : new DnsResolver(
                this,
                dns.stream().map(server -> new InetSocketAddress(server, DNS_PORT)).toList(),
                device.dnsSearch());
    try (var ours = backend.crypto().x25519().importPrivate(key)) {
      this.publicKey = ours.publicKey().toString();
    }
    Log log = wishes.log();
    StackDoorbell bell = new StackDoorbell(backend.doorbell(), backend.clock());
    this.stack = new Stack(StackSettings.of(own, mtu), random(), bell::ring);
    bell.stack(stack);
    PacketTap tap = wishes.tap();
    StackPort.Tap shown = tap == null ? null : tap::packet;
    StackPort port = new StackPort(name, mtu, stack, backend.clock(), shown);
    this.engine = backend.engine(port, bell, log);
    this.peers = new Peers(engine, names);
    this.watch = new Watch(name, peers, names, log, this::close);
    this.sockets = new Sockets(stack, this::resolve);
    log.verbose("tunnel " + name + ": " + backend.description());
  }

  private static RandomGenerator random() {
    RandomSource source = RandomSource.secure();
    return () -> (long) source.nextInt() << 32 | (source.nextInt() & 0xffff_ffffL);
  }

  // Opening.

  /** Opens the tunnel of a configuration file. */
  public static Tunnel open(Path file) throws IOException {
    return builder().file(file).open();
  }

  /** Opens the tunnel of a configuration's text. */
  public static Tunnel parse(String text) throws IOException {
    return builder().text(text).open();
  }

  /** Puts a tunnel together, or opens one with other than the usual settings. */
  public static TunnelBuilder builder() {
    return new TunnelBuilder();
  }

  static Tunnel start(TunnelBuilder.Wishes wishes, Configuration configuration) throws IOException {
    InterfaceConfig device = configuration.device();
    Secret key = TunnelBuilder.checkedKey(device);
    Backend backend = Backend.open(wishes.wantsNative());
    Tunnel tunnel;
    try {
      tunnel = new Tunnel(wishes, device, key, backend);
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
    try {
      tunnel.begin(configuration);
      return tunnel;
    } catch (IOException | RuntimeException | Error e) {
      tunnel.close();
      throw e;
    }
  }

  private void begin(Configuration configuration) throws IOException {
    // Up first: then a port that is taken is told by the configuration's refusal.
    engine.linkUp();
    startAsDaemon();
    peers.become(configuration);
    watch.begin();
  }

  /** A thread is a daemon when the one that starts it is. */
  private void startAsDaemon() throws IOException {
    Thread starter =
        Thread.ofPlatform().daemon().name("warren-" + name + "-start").start(engine::start);
    try {
      starter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the tunnel was opened");
    }
  }

  // Sockets.

  @Override
  public Socket dial(InetSocketAddress to, Duration timeout) throws IOException {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout can't be negative");
    }
    List<InetAddress> found =
        to.isUnresolved() ? resolve(to.getHostString()) : List.of(to.getAddress());
    long begin = System.nanoTime();
    IOException last = null;
    for (InetAddress address : found) {
      long left = timeout.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      if (last != null && !timeout.isZero() && left <= 0) {
        break;
      }
      Socket socket = sockets.socket();
      try {
        int millis = timeout.isZero() ? 0 : Math.clamp(left, 1, Integer.MAX_VALUE);
        socket.connect(new InetSocketAddress(address, to.getPort()), millis);
        return socket;
      } catch (IOException e) {
        socket.close();
        last = e;
      }
    }
    throw last == null ? new UnknownHostException(to.getHostString()) : last;
  }

  /** Connects to a TCP port; a name is resolved inside the tunnel. */
  public Socket dial(String host, int port) throws IOException {
    return dial(InetSocketAddress.createUnresolved(host, port), Duration.ZERO);
  }

  /** A TCP socket that is yet to be connected. */
  public Socket socket() throws IOException {
    return sockets.socket();
  }

  @Override
  public ServerSocket listen(@Nullable InetAddress local, int port, int backlog)
      throws IOException {
    ServerSocket socket = sockets.serverSocket();
    try {
      socket.bind(new InetSocketAddress(local, port), backlog);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** Listens on a TCP port of all the tunnel's addresses; 0 for a random one. */
  public ServerSocket listen(int port) throws IOException {
    return listen(null, port, 0);
  }

  /** A TCP server socket that is yet to be bound. */
  public ServerSocket serverSocket() throws IOException {
    return sockets.serverSocket();
  }

  @Override
  public DatagramSocket datagrams(@Nullable InetAddress local, int port) throws IOException {
    return sockets.datagramSocket(new InetSocketAddress(local, port));
  }

  /** Opens a UDP port of all the tunnel's addresses; 0 for a random one. */
  public DatagramSocket datagrams(int port) throws IOException {
    return datagrams(null, port);
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    IpAddress numeric = IpAddress.parse(host);
    if (numeric != null) {
      return List.of(Addresses.of(numeric));
    }
    List<InetAddress> found =
        new ArrayList<>(
            resolver == null ? List.of(InetAddress.getAllByName(host)) : resolver.resolve(host));
    // Those that can be reached first.
    found.sort((a, b) -> Boolean.compare(isForeign(a), isForeign(b)));
    return List.copyOf(found);
  }

  private boolean isForeign(InetAddress address) {
    return addresses.stream()
        .noneMatch(own -> own.getAddress().length == address.getAddress().length);
  }

  /**
   * Asks a host for an echo.
   *
   * @return how long the answer took
   * @throws SocketTimeoutException when there was none in time
   */
  public Duration ping(InetAddress host, Duration timeout) throws IOException {
    ensureOpen();
    CompletableFuture<Long> answer = new CompletableFuture<>();
    stack.ping(
        Addresses.of(host),
        PING_BYTES,
        timeout.toNanos(),
        new Ping.Events() {
          @Override
          public void replied(long rttNanos) {
            answer.complete(rttNanos);
          }

          @Override
          public void failed(String why) {
            answer.completeExceptionally(new IOException(why));
          }
        });
    try {
      // The stack tells the time that is over; ours is for a tunnel that is closed meanwhile.
      return Duration.ofNanos(answer.get(timeout.toMillis() + 1000, TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      String why = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
      throw why.contains("time") ? new SocketTimeoutException(why) : new SocketException(why);
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("no answer from " + host.getHostAddress());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for an answer");
    }
  }

  /** Makes sockets for libraries that take a factory. */
  public TunnelSocketFactory socketFactory() {
    return new TunnelSocketFactory(this);
  }

  /** Makes server sockets for libraries that take a factory. */
  public TunnelServerSocketFactory serverSocketFactory() {
    return new TunnelServerSocketFactory(this);
  }

  /**
   * Sends an HTTP client's requests through this tunnel, those to its AllowedIPs and to its names
   * alone: for {@code java.net.http.HttpClient}, which takes no sockets. The same at each call.
   */
  public TunnelProxySelector proxySelector() throws IOException {
    selecting.lock();
    try {
      ensureOpen();
      TunnelProxySelector made = selector;
      if (made == null) {
        DnsResolver names = resolver;
        made =
            new TunnelProxySelector(
                this,
                this::resolve,
                this::isRouted,
                host -> names != null && names.isUnderSearchDomain(host));
        selector = made;
      }
      return made;
    } finally {
      selecting.unlock();
    }
  }

  private boolean isRouted(InetAddress address) {
    try {
      return whoIs(address) != null;
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  // What it is.

  /** Its name: the file's, or the one it was given. */
  public String name() {
    return name;
  }

  /** Its own addresses. */
  public List<InetAddress> addresses() {
    return addresses;
  }

  /** The DNS servers of its configuration. */
  public List<InetAddress> dnsServers() {
    return dns;
  }

  /** Its MTU in bytes. */
  public int mtu() {
    return mtu;
  }

  /** What does its work: native calls or the JDK, and whose cryptography. */
  public String backend() {
    return backend.description();
  }

  /** Itself and its peers at this moment. */
  public TunnelStatus status() throws IOException {
    try (DeviceSnapshot now = peers.snapshot()) {
      return new TunnelStatus(
          name,
          publicKey,
          now.listenPort(),
          now.peers().stream().map(Statuses::of).toList(),
          Statuses.drops(engine));
    }
  }

  /** The peer that an address is reached through, and that what comes from it was sent by. */
  public @Nullable PeerStatus whoIs(InetAddress address) throws IOException {
    try (DeviceSnapshot now = peers.snapshot()) {
      PeerSnapshot peer = Peers.route(now, Addresses.of(address));
      return peer == null ? null : Statuses.of(peer);
    }
  }

  /** Tells the listener what happens from now on. */
  public void addListener(TunnelListener listener) {
    watch.add(listener);
  }

  /** Tells it no more. */
  public void removeListener(TunnelListener listener) {
    watch.remove(listener);
  }

  // Changes.

  /** Adds a peer, or changes the one with this key; connections go on. */
  public void addPeer(PeerSettings peer) throws IOException {
    ensureOpen();
    peers.put(Texts.peer(peer));
    watch.begin();
  }

  /** Takes the peer with this key away, if it is there. */
  public void removePeer(String key) throws IOException {
    ensureOpen();
    peers.remove(Texts.publicKey(key));
  }

  /**
   * Takes over another configuration; peers that are in both stay connected. Addresses and MTU
   * cannot change.
   */
  public void reload(Path file) throws IOException {
    reload(Files.readString(file), file.toString());
  }

  /** The same from text. */
  public void reload(String text) throws IOException {
    reload(text, "configuration");
  }

  private void reload(String text, String source) throws IOException {
    ensureOpen();
    try (Configuration configuration = Texts.configuration(text, source)) {
      InterfaceConfig device = configuration.device();
      TunnelBuilder.checkedKey(device);
      List<InetAddress> wanted =
          device.addresses().stream().map(each -> Addresses.of(each.address())).toList();
      if (!wanted.equals(addresses) || TunnelBuilder.mtu(device) != mtu) {
        throw new ConfigurationException(
            source + ": addresses and MTU of an open tunnel cannot change; open another");
      }
      peers.become(configuration);
      watch.begin();
    }
  }

  // The end.

  /** Whether it was closed, or stopped by itself. */
  public boolean isClosed() {
    return closed.get() || !engine.isRunning();
  }

  private void ensureOpen() throws SocketException {
    if (isClosed()) {
      throw new SocketException("Tunnel closed");
    }
  }

  /** Resets the connections, ends the threads and gives everything back; waits until it has. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    closeSelector();
    sockets.close();
    Tunnels.forget(this);
    watch.close();
    String failure = null;
    try {
      engine.close();
      failure = engine.awaitStopped();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // What was asked of the stack while its thread ended.
      stack.close();
      backend.close();
    }
    watch.tellClosed(failure);
  }

  private void closeSelector() {
    selecting.lock();
    try {
      if (selector != null) {
        selector.close();
      }
    } finally {
      selecting.unlock();
    }
  }

  @Override
  public String toString() {
    return "Tunnel[" + name + ", " + addresses + "]";
  }
}
