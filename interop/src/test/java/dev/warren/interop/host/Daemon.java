package dev.warren.interop.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A WireGuard daemon in the foreground of a host, with its interface and its socket.
 *
 * <p>Owner: any thread; one scenario each.
 */
public final class Daemon implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** The kernel counts CPU time in these; 100 a second on every Linux of today. */
  private static final double TICKS_PER_SECOND = 100.0;

  private final Namespace namespace;
  private final String device;
  private final Running running;

  private Daemon(Namespace namespace, String device, Running running) {
    this.namespace = namespace;
    this.device = device;
    this.running = running;
  }

  /** Starts one and waits for its interface and its socket. */
  public static Daemon start(Namespace namespace, Implementation implementation, String device) {
    return start(namespace, implementation, implementation.environment(), device);
  }

  /** As above, with an environment of the caller's. */
  public static Daemon start(
      Namespace namespace,
      Implementation implementation,
      Map<String, String> environment,
      String device) {
    Running running = namespace.start(environment, implementation.inForeground(device));
    Daemon daemon = new Daemon(namespace, device, running);
    Await.until(
        () -> "socket and interface of " + running,
        START_LIMIT,
        () -> daemon.isReady() || !running.isRunning());
    if (!running.isRunning()) {
      throw new AssertionError("ended at once: " + running);
    }
    return daemon;
  }

  /** A socket that a killed daemon has left is there too, but nobody answers. */
  private boolean isReady() {
    return namespace.hasLink(device) && Uapi.answers(socket());
  }

  /** Its UAPI socket, as seen from outside the namespace. */
  public Path socket() {
    return namespace.uapiDirectory().resolve(device + ".sock");
  }

  public Running process() {
    return running;
  }

  public String device() {
    return device;
  }

  /** The memory it has in use, resident. */
  public long residentBytes() {
    return status("VmRSS:");
  }

  /** The most memory it has had in use, resident. */
  public long peakResidentBytes() {
    return status("VmHWM:");
  }

  private long status(String key) {
    String line = read("status").lines().filter(l -> l.startsWith(key)).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
  }

  /** CPU time so far, user and system. */
  public double cpuSeconds() {
    // Fields are counted after the command name, which is in parentheses and may hold spaces.
    String stat = read("stat");
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
    return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS_PER_SECOND;
  }

  private String read(String procFile) {
    try {
      return Files.readString(Path.of("/proc", "" + running.processId(), procFile));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    running.close();
  }
}
