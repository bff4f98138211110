package dev.warren.cli.uapi;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Files of a few lines, such as the kernel has in {@code /sys} and {@code /proc}. */
final class SmallFile {
  private SmallFile() {}

  /** The whole file as Latin-1; empty when it cannot be read. */
  static String read(File file) {
    try (FileInputStream in = new FileInputStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
