package dev.warren.engine;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket {@code IF.sock}: made private from its first instant, watched, removed.
 *
 * <p>It is bound inside a new folder that only we can enter, given mode 0600 there, and then moved
 * to its place: nobody can connect in between, whatever mode the folder above has.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> {@link IOException} with the path and what is in the way; nothing is left
 * behind then.
 *
 * <p><b>Source:</b> wireguard.com "Cross-platform Userspace Implementation".
 */
@Shared
final class UapiSocket implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> READ_WRITE =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private final ServerSocketChannel channel;
  private final WatchService watch;
  private final Object fileKey;

  private UapiSocket(Path path, ServerSocketChannel channel, WatchService watch, Object fileKey) {
    this.path = path;
    this.channel = channel;
    this.watch = watch;
    this.fileKey = fileKey;
  }

  /** Makes the socket; a stale one of a daemon that is gone is replaced. */
  static UapiSocket open(Path directory, String interfaceName) throws IOException {
    Path path = directory.resolve(interfaceName + ".sock");
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
      refuseIfAlive(path);
      return open(directory, interfaceName, path);
    } catch (IOException e) {
      throw new IOException("cannot make the socket " + path + ": " + reason(e), e);
    }
  }

  private static UapiSocket open(Path directory, String interfaceName, Path path)
      throws IOException {
    Path nursery =
        Files.createTempDirectory(
            directory, "." + interfaceName + "-", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Path newborn = nursery.resolve("s");
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    WatchService watch = null;
    boolean done = false;
    try {
      channel.bind(UnixDomainSocketAddress.of(newborn));
      Files.setPosixFilePermissions(newborn, READ_WRITE);
      Object fileKey = fileKey(newborn);
      if (fileKey == null) {
        throw new IOException("files have no identity here");
      }
      watch = directory.getFileSystem().newWatchService();
      directory.register(
          watch, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_CREATE);
      Files.move(newborn, path, StandardCopyOption.ATOMIC_MOVE);
      done = true;
      return new UapiSocket(path, channel, watch, fileKey);
    } finally {
      if (!done) {
        channel.close();
        if (watch != null) {
          watch.close();
        }
      }
      Files.deleteIfExists(newborn);
      Files.deleteIfExists(nursery);
    }
  }

  private static void refuseIfAlive(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException e) {
      return; // Refused, nobody listens: it is stale.
    }
    throw new IOException("another daemon serves it; stop that first");
  }

  /**
   * What is in the way, in words: the message of a file system's exception is often a bare path.
   */
  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException denied) {
      return "no permission for " + denied.getFile();
    }
    if (e instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is not a directory";
    }
    return String.valueOf(e.getMessage());
  }

  Path path() {
    return path;
  }

  /** Waits for a client. */
  SocketChannel accept() throws IOException {
    return channel.accept();
  }

  /** Waits until the socket's file is no longer ours: removed, or replaced by another's. */
  void awaitRemoval() throws InterruptedException {
    while (isInPlace()) {
      WatchKey key = watch.take();
      key.pollEvents();
      if (!key.reset()) {
        return; // The whole folder is gone.
      }
    }
  }

  private boolean isInPlace() {
    try {
      return fileKey.equals(fileKey(path));
    } catch (IOException e) {
      return false;
    }
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  /** Stops listening and watching, and removes the file if it is still ours. */
  @Override
  public void close() throws IOException {
    try (watch;
        channel) {
      // The file goes first: once nobody listens on it, another daemon may put its own there, and
      // once the socket is closed, that one may even get the same file key.
      if (channel.isOpen() && isInPlace()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
