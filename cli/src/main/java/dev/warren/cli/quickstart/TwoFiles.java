package dev.warren.cli.quickstart;

import dev.warren.cli.conf.TwoMachines;
import dev.warren.cli.view.Trouble;
import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.EndpointName;
import dev.warren.config.Grammar;
import dev.warren.crypto.RandomSource;
import dev.warren.packet.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder with the two configurations. One that quickstart made before is taken as it is, so
 * that its keys stay; nothing is ever written over.
 *
 * <p><b>Owner:</b> the main thread; {@link #discard} any thread.
 *
 * <p><b>Errors:</b> {@link Failure}.
 */
final class TwoFiles {
  private static final int FIRST_PORT = 51_820;
  private static final int LAST_PORT = 51_899;
  private static final int MAX_FILE_BYTES = 64 * 1024;

  private final Path folder;
  private boolean made;
  private boolean folderMade;
  private boolean discarded;

  TwoFiles(Path folder) {
    this.folder = folder;
  }

  /** What the demonstration needs to know of them. */
  record Facts(IpAddress home, IpAddress remote, int port) {}

  Path folder() {
    return folder;
  }

  Path file(String machine) {
    return folder.resolve(TwoMachines.fileName(machine));
  }

  boolean wereMade() {
    return made;
  }

  /** Makes them, unless they are there. */
  synchronized void make(RandomSource random) throws Failure {
    if (discarded) {
      throw new Failure("interrupted", "");
    }
    try {
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !isEmptyFolder()) {
        if (!isOurs()) {
          throw new Failure(
              folder + " is there already and is not from quickstart; it is left as it is",
              "name another folder: warren quickstart FOLDER");
        }
        return;
      }
      if (!Files.isDirectory(folder)) {
        createFolder();
        folderMade = true;
      }
      TwoMachines.write(folder, freePort(), random);
      made = true;
    } catch (FileAlreadyExistsException e) {
      throw new Failure(e.getFile() + " is there already", "name another folder");
    } catch (IOException e) {
      throw new Failure(
          "cannot make " + folder + ": " + Trouble.words(e),
          "name a folder where you may write: warren quickstart FOLDER");
    }
  }

  private void createFolder() throws IOException {
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (UnsupportedOperationException e) {
      Files.createDirectory(folder);
    }
  }

  private boolean isEmptyFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  /** Whether the two files and nothing else is there, each with the line that we begin it with. */
  private boolean isOurs() throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    Set<String> names;
    try (Stream<Path> entries = Files.list(folder)) {
      names =
          entries
              .limit(3)
              .map(entry -> entry.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new));
    }
    List<String> machines = List.of(TwoMachines.HOME, TwoMachines.REMOTE);
    if (!names.equals(machines.stream().map(TwoMachines::fileName).collect(Collectors.toSet()))) {
      return false;
    }
    for (String machine : machines) {
      Path file = file(machine);
      boolean small = Files.isRegularFile(file) && Files.size(file) <= MAX_FILE_BYTES;
      if (!small || !Files.readString(file).startsWith("# " + machine + TwoMachines.MADE)) {
        return false;
      }
    }
    return true;
  }

  /** Reads what is needed of them. */
  Facts read() throws Failure {
    try (Configuration home = parse(TwoMachines.HOME);
        Configuration remote = parse(TwoMachines.REMOTE)) {
      Integer port = home.device().listenPort();
      EndpointName endpoint =
          remote.peers().isEmpty() ? null : remote.peers().getFirst().endpoint();
      boolean meetHere =
          port != null
              && endpoint != null
              && endpoint.host().equals("127.0.0.1")
              && endpoint.service().equals(port.toString());
      boolean addressed =
          !home.device().addresses().isEmpty() && !remote.device().addresses().isEmpty();
      if (port == null || !meetHere || !addressed) {
        throw new Failure(
            "the files in " + folder + " are for real machines by now; they are left as they are",
            "name another folder: warren quickstart FOLDER");
      }
      return new Facts(
          home.device().addresses().getFirst().address(),
          remote.device().addresses().getFirst().address(),
          port);
    } catch (IOException e) {
      throw new Failure(Trouble.words(e), "name another folder: warren quickstart FOLDER");
    }
  }

  private Configuration parse(String machine) throws IOException, Failure {
    Path file = file(machine);
    ConfigResult result =
        ConfigParser.parse(Files.readString(file), Grammar.WG_QUICK, service -> -1);
    return switch (result) {
      case ConfigResult.Good good -> good.configuration();
      case ConfigResult.Bad bad ->
          throw new Failure(
              file + ":" + bad.problems().getFirst(), "mend that line, or name another folder");
    };
  }

  /** A port that nobody listens on now, the usual one if it can be had. */
  private static int freePort() throws IOException {
    for (int port = FIRST_PORT; port <= LAST_PORT; port++) {
      try (DatagramSocket socket = new DatagramSocket(port)) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Taken: the next one.
      }
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    }
  }

  /** Takes away what this run made. */
  synchronized void discard() {
    discarded = true;
    try {
      if (made) {
        Files.deleteIfExists(file(TwoMachines.HOME));
        Files.deleteIfExists(file(TwoMachines.REMOTE));
      }
      if (folderMade) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      // Somebody put something else into it: theirs to remove.
    }
  }
}
