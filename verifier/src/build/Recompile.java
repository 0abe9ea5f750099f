import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.ConstantInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Gives the classes of a jar the class-file version 69 and fresh stack maps, in place. picocli's are
 * version 49, and an AOT cache skips every class before 50: start-up would pay for them each time.
 *
 * <p>Also takes away a look-up that would open every jar of the class path.
 *
 * <p>Run by the build: {@code java Recompile.java JAR}. The same jar gives the same bytes.
 */
public final class Recompile {
  /**
   * picocli asks at each start whether Groovy is there, by a class that no jar has: the loader opens
   * every jar of the class path to be sure. A class that is as absent from the JDK's own module is
   * answered at once.
   */
  private static final CodeTransform WITHOUT_GROOVY =
      (code, element) -> {
        if (element instanceof ConstantInstruction constant
            && "groovy.lang.Closure".equals(constant.constantValue())) {
          code.loadConstant("java.lang.Closure");
        } else {
          code.with(element);
        }
      };

  public static void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]);
    TreeMap<String, byte[]> entries = read(jar);
    Path fresh = Path.of(args[0] + ".new");
    ClassFile files =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS,
            ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(
                        type -> {
                          byte[] bytes =
                              entries.get(
                                  type.packageName().replace('.', '/')
                                      + "/"
                                      + type.displayName()
                                      + ".class");
                          return bytes == null ? null : new java.io.ByteArrayInputStream(bytes);
                        })
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    try (OutputStream out = Files.newOutputStream(fresh);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (var entry : entries.entrySet()) {
        ZipEntry header = new ZipEntry(entry.getKey());
        header.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
        zip.putNextEntry(header);
        zip.write(
            entry.getKey().endsWith(".class")
                ? recompile(files, entry.getValue())
                : entry.getValue());
      }
    }
    Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] recompile(ClassFile files, byte[] bytes) {
    return files.transformClass(
        files.parse(bytes),
        ClassTransform.transformingMethods(MethodTransform.transformingCode(WITHOUT_GROOVY))
            .andThen(
                (builder, element) -> {
                  if (element instanceof ClassFileVersion) {
                    builder.withVersion(ClassFile.JAVA_25_VERSION, 0);
                  } else {
                    builder.with(element);
                  }
                }));
  }

  /** The module descriptor is left out: the program runs from the class path. */
  private static TreeMap<String, byte[]> read(Path jar) throws IOException {
    TreeMap<String, byte[]> entries = new TreeMap<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (var all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        boolean module = entry.getName().endsWith("module-info.class");
        if (!entry.isDirectory() && !module && !entry.getName().startsWith("META-INF/versions/")) {
          try (InputStream in = zip.getInputStream(entry)) {
            entries.put(entry.getName(), in.readAllBytes());
          }
        }
      }
    }
    return entries;
  }
}
