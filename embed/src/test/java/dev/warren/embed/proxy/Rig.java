package dev.warren.embed.proxy;

import dev.warren.embed.Network;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Reception;
import dev.warren.embed.proxy.relay.Service;
import dev.warren.embed.proxy.relay.ServiceCounters;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A private network that is this machine's loopback, with hosts in it that fail in each way; and
 * services before it.
 */
public final class Rig implements Network, AutoCloseable {
  public static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What serves a connection at an origin. */
  public interface Origin {
    void serve(Socket socket) throws IOException;
  }

  private final HostNetwork host = new HostNetwork();
  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
  public final List<String> resolved = new CopyOnWriteArrayList<>();
  public final ProxyLimits limits;

  /** Whether nothing but loopback is reached. */
  public volatile boolean isClosedWorld;

  public final ServiceCounters counters = new ServiceCounters("test", "here");

  public Rig() {
    this(ProxyLimits.usual());
  }

  public Rig(ProxyLimits limits) {
    this.limits = limits;
  }

  // The network.

  @Override
  public Socket dial(InetSocketAddress to, Duration timeout) throws IOException {
    switch (to.getHostString()) {
      case "refused.test" -> throw new ConnectException("Connection refused");
      case "slow.test" -> throw new SocketTimeoutException("Connect timed out");
      case "dead.test" -> throw new ConnectException("Connection timed out");
      case "far.test" -> throw new SocketException("Network is unreachable");
      case "gone.test" -> throw new NoRouteToHostException("No route to host");
      case "odd.test" -> throw new SocketException("Something else");
      default -> {}
    }
    if (isClosedWorld && !to.getHostString().startsWith("127.")) {
      throw new SocketException("Network is unreachable");
    }
    return host.dial(
        new InetSocketAddress(resolve(to.getHostString()).getFirst(), to.getPort()), timeout);
  }

  @Override
  public ServerSocket listen(@Nullable InetAddress local, int port, int backlog)
      throws IOException {
    return host.listen(local == null ? LOOPBACK : local, port, backlog);
  }

  @Override
  public DatagramSocket datagrams(@Nullable InetAddress local, int port) throws IOException {
    return host.datagrams(local == null ? LOOPBACK : local, port);
  }

  @Override
  public List<InetAddress> resolve(String name) throws UnknownHostException {
    resolved.add(name);
    if (name.equals("echo.test")) {
      return List.of(LOOPBACK);
    }
    if (name.endsWith(".test") || (isClosedWorld && !name.startsWith("127."))) {
      throw new UnknownHostException(name);
    }
    return host.resolve(name);
  }

  // Who is there.

  /** A host that serves each connection so; its port. */
  public int origin(Origin origin) throws IOException {
    ServerSocket door = keep(listen(null, 0, 50));
    Thread.startVirtualThread(
        () -> {
          while (!door.isClosed()) {
            try {
              Socket socket = keep(door.accept());
              Thread.startVirtualThread(
                  () -> {
                    try (socket) {
                      origin.serve(socket);
                    } catch (IOException e) {
                      // The test sees that for itself.
                    }
                  });
            } catch (IOException e) {
              return;
            }
          }
        });
    return door.getLocalPort();
  }

  /** A host that says what it hears; its port. */
  public int echo() throws IOException {
    return origin(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
  }

  /** A port that nobody listens at. */
  public static int nobody() throws IOException {
    try (ServerSocket door = new ServerSocket(0, 1, LOOPBACK)) {
      return door.getLocalPort();
    }
  }

  /** Serves so; the port. */
  public int serve(Service service) throws IOException {
    Reception reception = keep(new Reception(limits, line -> {}));
    ServerSocket door = listen(null, 0, 50);
    reception.open(door, counters, service);
    return door.getLocalPort();
  }

  /** A client of that port. */
  public Socket client(int port) throws IOException {
    Socket socket = keep(new Socket(LOOPBACK, port));
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  public <T extends AutoCloseable> T keep(T resource) {
    open.add(resource);
    return resource;
  }

  @Override
  public void close() throws IOException {
    List<AutoCloseable> all = new ArrayList<>(open);
    for (AutoCloseable each : all.reversed()) {
      try {
        each.close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  // Looking.

  public static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** All that comes until the end. */
  public static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** The next so many bytes. */
  public static String next(Socket socket, int count) throws IOException {
    return new String(socket.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
  }

  /** A message's head, with its empty line. */
  public static String head(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        return text.toString();
      }
      text.append((char) c);
    }
    return text.toString();
  }

  public static void await(String what, BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > PATIENCE.toNanos()) {
        throw new AssertionError("waited in vain for " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
