package dev.warren.embed;

import java.io.IOException;
import java.util.List;

/** A configuration that cannot be used; the message has a line for each problem. */
public final class ConfigurationException extends IOException {
  private static final long serialVersionUID = 1;

  ConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
  }

  ConfigurationException(String problem) {
    this(List.of(problem));
  }

  /** What is wrong: {@code FILE:LINE:COLUMN: what; expected that}; never with a key in it. */
  public List<String> problems() {
    return String.valueOf(getMessage()).lines().toList();
  }
}
