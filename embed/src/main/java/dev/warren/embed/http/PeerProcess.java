package dev.warren.embed.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the other end of a loopback connection is this process.
 *
 * <p>On Linux the kernel's table of sockets has the inode of the other end, and the process's open
 * files have it too if it is ours. Elsewhere nobody knows, and the answer is no.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Source:</b> proc(5), {@code /proc/net/tcp} and {@code /proc/pid/fd}.
 */
final class PeerProcess {
  private static final Path OWN = Path.of("/proc/self");

  /** The kernel's table is not read in one piece, so that a line can be missed. */
  private static final int LOOKS = 3;

  /** {@code 127.0.0.1} as the kernel prints it: one number of 32 bits in this machine's order. */
  private static final String LOOPBACK =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "0100007F" : "7F000001";

  private static final String NONE = "0";
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int INODE = 9;
  private static final Pattern SPACES = Pattern.compile(" +");

  private PeerProcess() {}

  /** Whether it can be told at all on this system. */
  static boolean isKnown() {
    return Files.isReadable(OWN.resolve("net/tcp")) && Files.isReadable(OWN.resolve("fd"));
  }

  static boolean isOwn(Socket accepted) {
    for (int look = 0; look < LOOKS; look++) {
      try {
        String inode = inode(accepted.getPort(), accepted.getLocalPort());
        if (inode != null) {
          return isOpen("socket:[" + inode + "]");
        }
      } catch (IOException e) {
        return false;
      }
    }
    return false;
  }

  /** The inode of the socket with these ports on the loopback address; null if there is none. */
  private static @Nullable String inode(int port, int remotePort) throws IOException {
    String local = end(port);
    String remote = end(remotePort);
    // A socket of both families connects to a mapped address, and stands in the other table.
    for (String table : new String[] {"net/tcp6", "net/tcp"}) {
      Path file = OWN.resolve(table);
      if (!Files.exists(file)) {
        continue;
      }
      try (var lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (!line.contains(local)) {
            continue;
          }
          String[] fields = SPACES.split(line.strip(), -1);
          if (fields.length > INODE
              && fields[LOCAL].endsWith(local)
              && fields[REMOTE].endsWith(remote)
              && !fields[INODE].equals(NONE)) {
            return fields[INODE];
          }
        }
      }
    }
    return null;
  }

  private static String end(int port) {
    return LOOPBACK + String.format(Locale.ROOT, ":%04X", port);
  }

  private static boolean isOpen(String socket) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(OWN.resolve("fd"))) {
      for (Path file : files) {
        try {
          if (Files.readSymbolicLink(file).toString().equals(socket)) {
            return true;
          }
        } catch (IOException e) {
          // Closed since the folder was read: not the one that is sought.
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return false;
  }
}
