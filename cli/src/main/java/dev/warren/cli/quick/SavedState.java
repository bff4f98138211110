package dev.warren.cli.quick;

import dev.warren.cli.names.EndpointResolver;
import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.cli.wg.StateText;
import dev.warren.config.ConfigWriter;
import dev.warren.config.Configuration;
import dev.warren.config.EndpointName;
import dev.warren.config.InterfaceConfig;
import dev.warren.config.PeerConfig;
import dev.warren.linux.LinuxException;
import dev.warren.linux.route.AssignedAddress;
import dev.warren.linux.route.Link;
import dev.warren.packet.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the state of an interface into its configuration file, as {@code wg-quick save} does.
 *
 * <p>Two things are kept that wg-quick loses: search domains, and names of endpoints, as long as
 * the peer is still where its name says.
 *
 * <p>Characters are bytes here, as they are where the file is read.
 *
 * <p>The file is replaced as a whole once the new one is on the disk, so that a crash leaves one or
 * the other.
 *
 * <p><b>Errors:</b> {@link IOException}; the file is as it was.
 */
final class SavedState {
  private SavedState() {}

  /** Writes the file anew. */
  static void save(Host host, ConfigFile file, Configuration old, InterfaceState state)
      throws LinuxException, IOException, InterruptedException {
    Link link = host.network().link(file.name());
    List<String> addresses =
        link == null
            ? List.of()
            : host.network().addresses(link.index()).stream()
                .filter(address -> !address.ofKernel())
                .map(AssignedAddress::toString)
                .toList();
    List<String> servers = NameServers.present(host, NameServers.resolvconfName(file.name()));
    if (servers == null) {
      servers = old.device().dns().stream().map(Object::toString).toList();
    }
    int mtu = link == null || old.device().mtu() == null ? 0 : link.mtu();
    write(file.path(), text(addresses, servers, mtu, old, state));
  }

  static String text(
      List<String> addresses,
      List<String> servers,
      int mtu,
      Configuration old,
      InterfaceState state) {
    StringBuilder out = new StringBuilder();
    ConfigWriter writer = new ConfigWriter(out);
    InterfaceConfig device = old.device();
    writer.section("Interface");
    addresses.forEach(address -> writer.setting("Address", address));
    servers.forEach(server -> writer.setting("DNS", server));
    device.dnsSearch().forEach(domain -> writer.setting("DNS", domain));
    if (mtu != 0) {
      writer.setting("MTU", "" + mtu);
    }
    if (device.table() != null) {
      writer.setting("Table", device.table().text());
    }
    if (Boolean.TRUE.equals(device.saveConfig())) {
      writer.setting("SaveConfig", "true");
    }
    device.preUp().forEach(line -> writer.setting("PreUp", line));
    device.postUp().forEach(line -> writer.setting("PostUp", line));
    device.preDown().forEach(line -> writer.setting("PreDown", line));
    device.postDown().forEach(line -> writer.setting("PostDown", line));
    StateText.device(writer, state);
    for (PeerState peer : state.peers()) {
      writer.blank();
      StateText.peer(writer, peer, named(old, peer));
    }
    return out.toString();
  }

  /** The name that the file has for a peer's endpoint, if that is where the peer is. */
  private static @Nullable String named(Configuration old, PeerState peer) {
    String endpoint = peer.endpoint();
    for (PeerConfig config : old.peers()) {
      EndpointName name = config.endpoint();
      if (name != null
          && endpoint != null
          && config.publicKey().toString().equals(peer.publicKey())
          && endpoint.endsWith(":" + name.service())
          && leadsTo(name.host(), endpoint)) {
        return name.text();
      }
    }
    return null;
  }

  /** Whether one of the host's addresses is that of the endpoint, which has no zone then. */
  static boolean leadsTo(String host, String endpoint) {
    IpAddress wanted = FactFinder.address(endpoint);
    return wanted != null && EndpointResolver.addresses(host).contains(wanted);
  }

  private static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(temporary);
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
