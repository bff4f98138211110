package dev.warren.engine;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
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
 * <p><b>Errors:</b> {@link FileSystemException} with the path and what to do.
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
  private final @Nullable Object fileKey;

  private UapiSocket(Path path, ServerSocketChannel channel, WatchService watch)
      throws IOException {
    this.path = path;
    this.channel = channel;
    this.watch = watch;
    this.fileKey = fileKey(path);
  }

  /** Makes the socket; a stale one of a daemon that is gone is replaced. */
  static UapiSocket open(Path directory, String interfaceName) throws IOException {
    Path path = directory.resolve(interfaceName + ".sock");
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    refuseIfAlive(path);
    Path nursery =
        Files.createTempDirectory(
            directory, "." + interfaceName + "-", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      Path newborn = nursery.resolve("s");
      channel.bind(UnixDomainSocketAddress.of(newborn));
      Files.setPosixFilePermissions(newborn, READ_WRITE);
      WatchService watch = directory.getFileSystem().newWatchService();
      Files.move(newborn, path, StandardCopyOption.ATOMIC_MOVE);
      directory.register(
          watch, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_CREATE);
      return new UapiSocket(path, channel, watch);
    } catch (IOException e) {
      channel.close();
      throw e;
    } finally {
      Files.deleteIfExists(nursery.resolve("s"));
      Files.deleteIfExists(nursery);
    }
  }

  private static void refuseIfAlive(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      return; // Nobody listens: it is stale.
    }
    throw new FileSystemException(
        path.toString(), null, "another daemon serves this interface; stop it first");
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
      Object now = fileKey(path);
      return now != null && now.equals(fileKey);
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
    boolean ours = isInPlace();
    channel.close();
    if (ours) {
      Files.deleteIfExists(path);
    }
    watch.close();
  }
}
