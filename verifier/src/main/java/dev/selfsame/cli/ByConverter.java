package dev.selfsame.cli;

import dev.selfsame.view.OwnersText;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code crate}, {@code function} or {@code instance}. */
final class ByConverter implements ITypeConverter<OwnersText.By> {
  @Override
  public OwnersText.By convert(String word) {
    for (OwnersText.By by : OwnersText.By.values()) {
      if (by.name().toLowerCase(Locale.ROOT).equals(word)) {
        return by;
      }
    }
    throw new TypeConversionException(
        "'%s' is none of crate, function and instance".formatted(word));
  }
}
