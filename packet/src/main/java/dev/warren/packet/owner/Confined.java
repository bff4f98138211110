package dev.warren.packet.owner;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says of a class: after it was handed over, an instance is used by one thread only. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Confined {
  /** The role of the owning thread, for example {@code "device"}. */
  String value();
}
