import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes the signatures out of a folder's jars, in place: the signature files, and the manifests'
 * sections with a digest for each class. An AOT cache skips the classes of signed jars, and the first of
 * them that is touched has the whole manifest checked; and for each class that comes out of the cache
 * the virtual machine reads its jar's manifest whole, of which BouncyCastle's has 855,156 bytes. Every
 * start would pay for both. Maven has checked the jars by then, and nothing asks who signed them.
 *
 * <p>Of a manifest's head only what a class loader asks for is kept.
 *
 * <p>Run by the build: {@code java Unsign.java FOLDER}. The same jar gives the same bytes.
 */
public final class Unsign {
  private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

  /** Bytes of a manifest that is not worth a copy of its jar. */
  private static final int SMALL = 2048;

  private static final List<Attributes.Name> KEPT =
      List.of(
          Attributes.Name.MANIFEST_VERSION,
          Attributes.Name.MULTI_RELEASE,
          Attributes.Name.SEALED,
          Attributes.Name.SPECIFICATION_TITLE,
          Attributes.Name.SPECIFICATION_VERSION,
          Attributes.Name.SPECIFICATION_VENDOR,
          Attributes.Name.IMPLEMENTATION_TITLE,
          Attributes.Name.IMPLEMENTATION_VERSION,
          Attributes.Name.IMPLEMENTATION_VENDOR);

  public static void main(String[] args) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
      found.forEach(jars::add);
    }
    // Nearly all of it is packing, and a build has nothing else to do meanwhile.
    jars.parallelStream().forEach(Unsign::unsign);
  }

  private static void unsign(Path jar) {
    try {
      copyUnsigned(jar);
    } catch (IOException e) {
      throw new UncheckedIOException(jar.toString(), e);
    }
  }

  private static void copyUnsigned(Path jar) throws IOException {
    Path fresh = jar.resolveSibling(jar.getFileName() + ".new");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().filter(entry -> !isSignature(entry)).toList();
      ZipEntry manifest = zip.getEntry(JarFile.MANIFEST_NAME);
      if (entries.size() == zip.size() && (manifest == null || manifest.getSize() < SMALL)) {
        return;
      }
      try (OutputStream out = Files.newOutputStream(fresh);
          ZipOutputStream copy = new ZipOutputStream(out)) {
        copy.setLevel(Deflater.BEST_SPEED); // A file that nobody sends gains little by more.
        for (ZipEntry entry : entries) {
          ZipEntry header = new ZipEntry(entry.getName());
          header.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
          copy.putNextEntry(header);
          try (InputStream in = zip.getInputStream(entry)) {
            copy.write(
                entry.getName().equals(JarFile.MANIFEST_NAME)
                    ? head(new Manifest(in))
                    : in.readAllBytes());
          }
        }
      }
    }
    Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] head(Manifest whole) throws IOException {
    Manifest head = new Manifest();
    for (Attributes.Name name : KEPT) {
      String value = whole.getMainAttributes().getValue(name);
      if (value != null) {
        head.getMainAttributes().put(name, value);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    head.write(bytes);
    return bytes.toByteArray();
  }

  private static boolean isSignature(ZipEntry entry) {
    return SIGNATURE.matcher(entry.getName()).matches();
  }
}
