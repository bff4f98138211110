package dev.warren.cli.uapi;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The WireGuard interfaces of this machine, and connections to those that a program runs.
 *
 * <p>Behaves as {@code wg} does: a program's interface is a socket {@code NAME.sock} that can be
 * connected to; one that refuses belongs to a program that is gone, and is removed. Interfaces that
 * the kernel runs are known by {@code /sys/class/net}, and listed first. They cannot be asked, and
 * the error says who can.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link UapiException}.
 *
 * <p><b>Source:</b> wireguard-tools' {@code ipc.c}, for what is an interface and in which order.
 */
public final class UapiSockets {
  /** Where user-space WireGuards have their sockets. */
  public static final String DIRECTORY = "/var/run/wireguard";

  private static final String SUFFIX = ".sock";
  private static final String KERNEL =
      "the kernel runs it, and this program knows user-space WireGuard only: use the original `wg'"
          + " (of the package wireguard-tools)";

  private final File directory;
  private final File classNet;
  private final Zones zones;

  /** The interfaces of this machine. */
  public UapiSockets() {
    this(new File(DIRECTORY), new File("/sys/class/net"));
  }

  /** The interfaces with sockets and kernel devices in these folders. */
  public UapiSockets(File directory, File classNet) {
    this.directory = directory;
    this.classNet = classNet;
    this.zones = new Zones(classNet);
  }

  /** Zones of endpoints. */
  public Zones zones() {
    return zones;
  }

  /** The names of all interfaces: the kernel's, then those with a living socket. */
  public List<String> list() throws UapiException {
    List<String> names = kernelInterfaces();
    addUserspaceInterfaces(names);
    return names;
  }

  /** The names of the interfaces with a living socket. */
  public List<String> listUserspace() throws UapiException {
    List<String> names = new ArrayList<>();
    addUserspaceInterfaces(names);
    return names;
  }

  /** Whether the kernel itself runs this interface. */
  public boolean isKernels(String name) {
    return !name.isEmpty()
        && name.indexOf('/') < 0
        && SmallFile.read(new File(classNet, name + "/uevent")).contains("DEVTYPE=wireguard\n");
  }

  /** Asks what the interface is. */
  public InterfaceState get(String name) throws UapiException {
    return read(name, connect(name));
  }

  /** Asks what the interface is; null when no living program runs one of this name. */
  public @Nullable InterfaceState find(String name) throws UapiException {
    SocketChannel channel = openNamed(name);
    return channel == null ? null : read(name, new UapiConnection(channel));
  }

  private InterfaceState read(String name, UapiConnection fresh) throws UapiException {
    try (UapiConnection connection = fresh) {
      connection.line("get", "1");
      connection.end();
      return new InterfaceReader(connection, zones).read(name);
    }
  }

  /** Connects to the program that runs the interface. */
  public UapiConnection connect(String name) throws UapiException {
    SocketChannel channel = openNamed(name);
    if (channel == null) {
      throw notUserspace(name);
    }
    return new UapiConnection(channel);
  }

  private @Nullable SocketChannel openNamed(String name) throws UapiException {
    return name.indexOf('/') >= 0 ? null : open(name);
  }

  private List<String> kernelInterfaces() {
    List<String> names = new ArrayList<>();
    String[] all = classNet.list();
    if (all != null) {
      for (String name : all) {
        if (isKernels(name)) {
          int at = names.size();
          while (at > 0 && zones.index(names.get(at - 1)) > zones.index(name)) {
            at--;
          }
          names.add(at, name);
        }
      }
    }
    return names;
  }

  private void addUserspaceInterfaces(List<String> names) throws UapiException {
    String[] files = directory.list();
    if (files == null) {
      if (directory.exists()) {
        throw new UapiException(directory.isDirectory() ? Errno.EACCES : 20);
      }
      return;
    }
    for (String file : files) {
      if (file.length() > SUFFIX.length() && file.endsWith(SUFFIX)) {
        String name = file.substring(0, file.length() - SUFFIX.length());
        if (isAlive(name)) {
          names.add(name);
        }
      }
    }
  }

  /** A socket that cannot be connected to for another reason than being refused counts as one. */
  private boolean isAlive(String name) {
    try (SocketChannel channel = open(name)) {
      return channel != null;
    } catch (IOException e) {
      return true;
    }
  }

  /** Connects; null when there is no socket or nobody behind it. */
  private @Nullable SocketChannel open(String name) throws UapiException {
    File socket = new File(directory, name + SUFFIX);
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket.getPath()));
      return channel;
    } catch (IOException | IllegalArgumentException e) {
      close(channel);
      if (!isSocket(socket.toPath())) {
        return null;
      }
      if (e instanceof ConnectException) {
        // As wg does: the program is gone, so its socket goes too.
        remove(socket.toPath());
        return null;
      }
      throw failure(e);
    }
  }

  private static boolean isSocket(Path path) {
    try {
      Object mode = Files.getAttribute(path, "unix:mode");
      return mode instanceof Integer bits && (bits & 0170000) == 0140000;
    } catch (IOException e) {
      return false;
    }
  }

  private static void remove(Path socket) {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      // It is not ours to remove; it stays dead.
    }
  }

  private static void close(@Nullable SocketChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // It was never open.
    }
  }

  /** Why a name is no interface of ours, in the words of {@code wg} where it has some. */
  private UapiException notUserspace(String name) {
    if (isKernels(name)) {
      return new UapiException(Errno.EOPNOTSUPP, KERNEL);
    }
    if (!Files.exists(Path.of("/sys/module/wireguard"), LinkOption.NOFOLLOW_LINKS)) {
      return new UapiException(Errno.EPROTONOSUPPORT);
    }
    boolean exists = !name.isEmpty() && name.indexOf('/') < 0 && new File(classNet, name).exists();
    return new UapiException(exists ? Errno.EOPNOTSUPP : Errno.ENODEV);
  }

  /** An error of the channel: the JDK's message is the C library's text. */
  static UapiException failure(Exception e) {
    String message = e.getMessage();
    return new UapiException(Errno.EIO, message == null ? Errno.text(Errno.EIO) : message);
  }
}
