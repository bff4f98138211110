package dev.warren.embed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tunnels by name, for libraries that make their own socket factory and know a text at most.
 *
 * <p><b>Owner:</b> any thread.
 */
public final class Tunnels {
  /** The system property that names the tunnel of who names none. */
  public static final String PROPERTY = "warren.tunnel";

  private static final Map<String, Tunnel> BY_NAME = new ConcurrentHashMap<>();
  private static final ReentrantLock OPENING = new ReentrantLock();

  private Tunnels() {}

  /** Lets the tunnel be found by this name until it is closed. */
  public static void register(String name, Tunnel tunnel) {
    BY_NAME.put(name, tunnel);
  }

  /**
   * The tunnel that was registered by this name; or that of the configuration file with this path,
   * which is opened by who asks first, and stays open until it is closed or the program ends.
   */
  public static Tunnel named(String name) throws IOException {
    Tunnel known = open(name);
    if (known != null) {
      return known;
    }
    Path file = Path.of(name);
    if (!Files.exists(file)) {
      throw new IOException("no tunnel is registered as " + name + ", and no such file");
    }
    String path = file.toRealPath().toString();
    OPENING.lock();
    try {
      Tunnel opened = open(path);
      if (opened == null) {
        opened = Tunnel.open(file);
        register(path, opened);
      }
      return opened;
    } finally {
      OPENING.unlock();
    }
  }

  private static @Nullable Tunnel open(String name) {
    Tunnel known = BY_NAME.get(name);
    return known == null || known.isClosed() ? null : known;
  }

  static void forget(Tunnel tunnel) {
    BY_NAME.values().removeIf(each -> each == tunnel);
  }
}
