package dev.warren.interop.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One test host: a network namespace of this JVM's own, a directory for its files, and the
 * processes in it.
 *
 * <p>WireGuard's UAPI sockets lie in one directory of the file system, {@code /var/run/wireguard},
 * which all network namespaces share. Here every command gets a private mount namespace (which
 * {@code ip netns exec} makes anyway) in which that directory is a bind mount of the host's own. So
 * each side may call its interface {@code wg0} as two machines would, {@code wg show} lists that
 * host's interfaces alone, and no socket of a test is ever seen by the machine's own WireGuard.
 *
 * <p>Names are {@code wrn-PID-N}. The first namespace of a JVM sweeps away those of JVMs that are
 * gone; nothing else on the machine is touched.
 *
 * <p>Owner: any thread; one scenario each.
 */
public final class Namespace implements AutoCloseable {
  private static final String PREFIX = "wrn-";

  /** What {@code ip netns exec} mounts over the files of {@code /etc}. */
  private static final Path ETC = Path.of("/etc/netns");

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Set<Namespace> OPEN = ConcurrentHashMap.newKeySet();

  /** Binds the host's own socket directory, then becomes the command. */
  private static final String ENTER =
      "mount --bind \"$0\" /run/wireguard && cd \"$0/..\" && exec \"$@\"";

  private final String name;
  private final Path directory;
  private final AtomicInteger outputCount = new AtomicInteger();

  private Namespace(String name, Path directory) {
    this.name = name;
    this.directory = directory;
  }

  /** A new host with loopback up and no duplicate address detection to wait for. */
  public static Namespace create() {
    Sweep.once();
    try {
      String name = PREFIX + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
      Path directory = Files.createDirectory(Path.of("/tmp", name));
      Namespace namespace = new Namespace(name, directory);
      OPEN.add(namespace);
      Files.createDirectory(
          namespace.uapiDirectory(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Command.run("ip", "netns", "add", name);
      namespace.ip("link set lo up");
      namespace.sysctl("net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0");
      namespace.sysctl("net.ipv6.conf.default.router_solicitations=0");
      // When the first address of a prefix goes, the next one takes its place at once.
      namespace.sysctl(
          "net.ipv4.conf.all.promote_secondaries=1", "net.ipv4.conf.default.promote_secondaries=1");
      return namespace;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return name;
  }

  /** What this host sees as {@code /var/run/wireguard}. */
  public Path uapiDirectory() {
    return directory.resolve("wireguard");
  }

  /** A file of this host's own, gone with it. */
  public Path file(String fileName) {
    return directory.resolve(fileName);
  }

  /** A file of this host's own with this content, readable by root alone. */
  public Path file(String fileName, String content) {
    try {
      Path file = file(fileName);
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What this host has as {@code /etc/NAME}, instead of the machine's own, which must exist. To be
   * changed in place, since programs that run have it mounted.
   */
  public Path etc(String fileName, String content) {
    try {
      Path folder = Files.createDirectories(ETC.resolve(name));
      return Files.writeString(folder.resolve(fileName), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The argument vector that runs {@code argv} here. */
  public List<String> inside(List<String> argv) {
    List<String> whole = new ArrayList<>();
    whole.addAll(List.of("ip", "netns", "exec", name, "sh", "-c", ENTER));
    whole.add(uapiDirectory().toString());
    whole.addAll(argv);
    return whole;
  }

  /** Runs a program here to its end and demands that it succeeds. */
  public Command.Outcome run(String... argv) {
    return attempt(argv).orFail();
  }

  /** Runs a program here to its end. */
  public Command.Outcome attempt(String... argv) {
    return Command.attempt(Command.LIMIT, Map.of(), "", inside(List.of(argv)));
  }

  /** Runs a program here to its end, with an environment and an input. */
  public Command.Outcome attempt(
      Duration limit, Map<String, String> environment, String stdin, List<String> argv) {
    return Command.attempt(limit, environment, stdin, inside(argv));
  }

  /** Starts a program here; its two outputs go to one file. */
  public Running start(Map<String, String> environment, List<String> argv) {
    Path output = file("output-" + outputCount.incrementAndGet());
    return Running.start(environment, inside(argv), output);
  }

  public Running start(String... argv) {
    return start(Map.of(), List.of(argv));
  }

  /** {@code ip ARGUMENTS} in this namespace; the arguments are split at spaces. */
  public String ip(String arguments) {
    return tryIp(arguments).orFail().stdout();
  }

  public Command.Outcome tryIp(String arguments) {
    List<String> argv = new ArrayList<>(List.of("ip", "-n", name));
    argv.addAll(List.of(arguments.split(" ")));
    return Command.attempt(Command.LIMIT, Map.of(), "", argv);
  }

  public void sysctl(String... settings) {
    List<String> argv = new ArrayList<>(List.of("sysctl", "-qw"));
    argv.addAll(List.of(settings));
    Command.attempt(Command.LIMIT, Map.of(), "", inside(argv)).orFail();
  }

  /** Whether an interface of this name exists here. */
  public boolean hasLink(String device) {
    return tryIp("link show dev " + device).exitStatus() == 0;
  }

  /** Joins two hosts by a veth pair, up, without addresses. */
  public static void join(Namespace left, String leftName, Namespace right, String rightName) {
    left.ip(
        "link add %s type veth peer name %s netns %s".formatted(leftName, rightName, right.name));
    left.ip("link set %s up".formatted(leftName));
    right.ip("link set %s up".formatted(rightName));
  }

  /** Adds addresses, each with its prefix length. */
  public void address(String device, String... addresses) {
    for (String address : addresses) {
      String nodad = address.contains(":") ? " nodad" : "";
      ip("addr add %s dev %s%s".formatted(address, device, nodad));
    }
  }

  /** The processes in this namespace, those that went to the background among them. */
  public List<Long> processIds() {
    return processIds(name);
  }

  private static List<Long> processIds(String name) {
    return Command.run("ip", "netns", "pids", name).stdout().lines().map(Long::valueOf).toList();
  }

  @Override
  public void close() {
    if (OPEN.remove(this)) {
      // A scenario that was stopped for its time limit must still be taken down.
      boolean interrupted = Thread.interrupted();
      try {
        remove(name);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static void remove(String name) {
    if (Files.exists(Path.of("/run/netns", name))) {
      processIds(name).forEach(Namespace::destroy);
      Await.within(Duration.ofSeconds(5), () -> processIds(name).isEmpty());
      Command.run("ip", "netns", "del", name);
    }
    Command.run("rm", "-rf", "/tmp/" + name, ETC.resolve(name).toString());
  }

  private static void destroy(long processId) {
    ProcessHandle.of(processId).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** What the first use in a JVM does, once: takes away leftovers, and prepares its own end. */
  private static final class Sweep {
    static {
      try {
        Files.createDirectories(
            Path.of("/run/wireguard"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        sweep(Path.of("/run/netns"));
        sweep(Path.of("/tmp"));
        sweep(ETC);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("namespaces-down")
                  .unstarted(() -> Set.copyOf(OPEN).forEach(Namespace::close)));
    }

    private static void once() {}

    private static void sweep(Path parent) throws IOException {
      if (!Files.isDirectory(parent)) {
        return;
      }
      List<String> names;
      try (var entries = Files.list(parent)) {
        names = entries.map(entry -> entry.getFileName().toString()).toList();
      }
      names.stream().filter(Sweep::isLeftOver).forEach(Namespace::remove);
    }

    /** Ours by its name, of a JVM that is gone. */
    private static boolean isLeftOver(String name) {
      if (!name.matches(PREFIX + "[0-9]+-[0-9]+([.](out|err))?")) {
        return false;
      }
      long processId = Long.parseLong(name.split("-", -1)[1]);
      return ProcessHandle.of(processId).isEmpty();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
