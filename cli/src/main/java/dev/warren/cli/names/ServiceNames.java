package dev.warren.cli.names;

import dev.warren.config.Services;
import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.StringTokenizer;

/**
 * Ports by name from a file such as {@code /etc/services}, read at each question.
 *
 * <p><b>Shape:</b> {@code NAME PORT/PROTOCOL ALIAS...}, {@code #} begins a comment.
 */
public final class ServiceNames implements Services {
  private final String file;

  /** The services of this machine. */
  public ServiceNames() {
    this("/etc/services");
  }

  /** The services of this file. */
  public ServiceNames(String file) {
    this.file = file;
  }

  @Override
  public int udpPort(String name) {
    try (BufferedReader in =
        new BufferedReader(new FileReader(file, StandardCharsets.ISO_8859_1))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int hash = line.indexOf('#');
        int port = udpPort(hash < 0 ? line : line.substring(0, hash), name);
        if (port >= 0) {
          return port;
        }
      }
    } catch (IOException e) {
      // Without the file no service has a name.
    }
    return -1;
  }

  private static int udpPort(String line, String name) {
    StringTokenizer words = new StringTokenizer(line);
    if (words.countTokens() < 2) {
      return -1;
    }
    boolean found = words.nextToken().equals(name);
    String port = words.nextToken();
    while (!found && words.hasMoreTokens()) {
      found = words.nextToken().equals(name);
    }
    if (!found || !port.endsWith("/udp")) {
      return -1;
    }
    try {
      return Integer.parseInt(port.substring(0, port.length() - "/udp".length())) & 0xffff;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
