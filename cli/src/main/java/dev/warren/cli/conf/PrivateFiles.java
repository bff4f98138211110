package dev.warren.cli.conf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Files with keys in them: readable by their owner alone from their first instant, and whole or not
 * there.
 *
 * <p>What was made is taken away again by {@link #close} unless {@link #keep} was called: a command
 * that fails half way leaves nothing behind.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link IOException}; {@link FileAlreadyExistsException} where a file would be
 * overwritten.
 */
final class PrivateFiles implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final List<Path> made = new ArrayList<>();

  /** Makes new files, all or none. */
  void create(Map<Path, String> texts) throws IOException {
    for (Path file : texts.keySet()) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(file.toString());
      }
    }
    for (Map.Entry<Path, String> each : texts.entrySet()) {
      byte[] bytes = each.getValue().getBytes(StandardCharsets.UTF_8);
      Path whole = temporary(each.getKey(), bytes, OWNER_ONLY);
      try {
        // A link, unlike a move, never takes the place of a file that has come meanwhile.
        Files.createLink(each.getKey(), whole);
        made.add(each.getKey());
      } finally {
        Files.delete(whole);
      }
    }
  }

  /** Puts a file's new content in the place of the old one, with its owner and permissions. */
  static void replace(Path file, byte[] content) throws IOException {
    Path real = file.toRealPath();
    PosixFileAttributes old = Files.readAttributes(real, PosixFileAttributes.class);
    Path whole = temporary(real, content, OWNER_ONLY);
    try {
      PosixFileAttributeView view = Files.getFileAttributeView(whole, PosixFileAttributeView.class);
      PosixFileAttributes own = view.readAttributes();
      if (!own.owner().equals(old.owner())) {
        view.setOwner(old.owner());
      }
      if (!own.group().equals(old.group())) {
        view.setGroup(old.group());
      }
      view.setPermissions(old.permissions());
      Files.move(whole, real, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  /** What was made stays. */
  void keep() {
    made.clear();
  }

  @Override
  public void close() throws IOException {
    for (Path file : made) {
      Files.deleteIfExists(file);
    }
    made.clear();
  }

  /** A file beside, with this content, on the disk. */
  private static Path temporary(Path beside, byte[] content, Set<PosixFilePermission> permissions)
      throws IOException {
    Path folder = beside.toAbsolutePath().getParent();
    FileAttribute<Set<PosixFilePermission>> mode =
        PosixFilePermissions.asFileAttribute(EnumSet.copyOf(permissions));
    Path file = Files.createTempFile(folder, "." + beside.getFileName(), "", mode);
    boolean done = false;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
      done = true;
      return file;
    } finally {
      if (!done) {
        Files.deleteIfExists(file);
      }
    }
  }
}
