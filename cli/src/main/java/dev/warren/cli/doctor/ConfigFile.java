package dev.warren.cli.doctor;

import dev.warren.config.AllowedIp;
import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.EndpointName;
import dev.warren.config.Grammar;
import dev.warren.config.PeerConfig;
import dev.warren.config.Problem;
import dev.warren.config.RouteTable;
import dev.warren.config.Services;
import dev.warren.crypto.BasePoint;
import dev.warren.crypto.PublicKey;
import dev.warren.packet.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file as the doctor sees it.
 *
 * @param text as it was read; empty when it could not be
 * @param config what it says, or null
 * @param problems why it says nothing, as {@code FILE:LINE:COLUMN: ...}
 */
record ConfigFile(String text, Facts.@Nullable Config config, List<String> problems) {

  /** Nothing was read. */
  static final ConfigFile NONE = new ConfigFile("", null, List.of());

  static ConfigFile read(Path path, Services services) throws IOException {
    String text = Files.readString(path, StandardCharsets.ISO_8859_1);
    return switch (ConfigParser.parse(text, Grammar.WG_QUICK, services)) {
      case ConfigResult.Bad bad -> {
        List<String> problems = new ArrayList<>();
        for (Problem problem : bad.problems()) {
          if (problem.isError()) {
            problems.add(path + ":" + problem);
          }
        }
        yield new ConfigFile(text, null, problems);
      }
      case ConfigResult.Good good -> {
        try (Configuration configuration = good.configuration()) {
          yield new ConfigFile(text, of(path, configuration), List.of());
        }
      }
    };
  }

  private static Facts.Config of(Path path, Configuration configuration) {
    List<Facts.ConfigPeer> peers = new ArrayList<>();
    for (PeerConfig peer : configuration.peers()) {
      List<Prefix> allowedIps = new ArrayList<>();
      for (AllowedIp allowed : peer.allowedIps()) {
        if (!allowed.remove()) {
          allowedIps.add(allowed.prefix());
        }
      }
      EndpointName endpoint = peer.endpoint();
      peers.add(
          new Facts.ConfigPeer(
              peer.line(),
              peer.publicKey().toString(),
              endpoint == null ? null : endpoint.text(),
              allowedIps));
    }
    PublicKey publicKey = BasePoint.publicKey(configuration.device().privateKey());
    RouteTable table = configuration.device().table();
    return new Facts.Config(
        path.toString(),
        publicKey == null ? null : publicKey.toString(),
        configuration.device().addresses(),
        table == null || !table.isOff(),
        peers);
  }
}
