import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes the signature files out of a folder's jars, in place. An AOT cache skips the classes of signed
 * jars, and the first of them that is touched has the whole manifest checked: every start would pay for
 * that. Maven has checked the jars by then, and nothing asks who signed them.
 *
 * <p>Run by the build: {@code java Unsign.java FOLDER}. The same jar gives the same bytes.
 */
public final class Unsign {
  private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

  public static void main(String[] args) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
      for (Path jar : jars) {
        unsign(jar);
      }
    }
  }

  private static void unsign(Path jar) throws IOException {
    Path fresh = jar.resolveSibling(jar.getFileName() + ".new");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().filter(entry -> !isSignature(entry)).toList();
      if (entries.size() == zip.size()) {
        return;
      }
      try (OutputStream out = Files.newOutputStream(fresh);
          ZipOutputStream copy = new ZipOutputStream(out)) {
        for (ZipEntry entry : entries) {
          ZipEntry header = new ZipEntry(entry.getName());
          header.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
          copy.putNextEntry(header);
          try (InputStream in = zip.getInputStream(entry)) {
            in.transferTo(copy);
          }
        }
      }
    }
    Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isSignature(ZipEntry entry) {
    return SIGNATURE.matcher(entry.getName()).matches();
  }
}
