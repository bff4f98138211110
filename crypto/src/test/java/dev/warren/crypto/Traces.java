package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;

/** Looks into objects for what should have been wiped. */
public final class Traces {

  private Traces() {}

  /** Asserts that every number and array in the object's own fields is zero. */
  static void assertAllZero(Object object) throws ReflectiveOperationException {
    for (Field field : object.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      field.setAccessible(true);
      Object value = field.get(object);
      if (value instanceof Number number) {
        assertEquals(0, number.longValue(), field.getName());
      } else if (value != null && value.getClass().isArray()) {
        for (int i = 0; i < Array.getLength(value); i++) {
          assertEquals(0, Array.getLong(value, i), field.getName() + "[" + i + "]");
        }
      }
    }
  }

  /** Returns a private field's value. */
  public static Object field(Object object, String name) throws ReflectiveOperationException {
    Field field = object.getClass().getDeclaredField(name);
    field.setAccessible(true);
    Object value = field.get(object);
    assertTrue(value != null, name + " is null");
    return value;
  }
}
