package dev.selfsame.binary.macho;

import dev.selfsame.binary.bytes.ByteView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a code signature that holds the hash of each page. All numbers are big-endian.
 * Source: xnu, {@code cs_blobs.h}, {@code CS_CodeDirectory}.
 *
 * @param view its bytes
 * @param version such as 0x20400
 * @param flags see {@link #flagNames}
 * @param identifier the name that was signed, printable
 * @param team the team's identifier, where the signer had one
 * @param hashType 1 SHA-1, 2 SHA-256, 3 SHA-256 cut to 20 bytes, 4 SHA-384
 * @param hashSize bytes of one hash
 * @param hashes where the hash of page 0 begins, from the beginning of the view
 * @param pages how many pages have a hash
 * @param specials how many other things have a hash; these stand before page 0, backwards
 * @param codeLimit how many bytes of the slice are covered
 * @param pageSize in bytes; 0 where all is one page
 */
public record CodeDirectory(
    ByteView view,
    long version,
    long flags,
    String identifier,
    Optional<String> team,
    int hashType,
    int hashSize,
    long hashes,
    long pages,
    long specials,
    long codeLimit,
    long pageSize) {
  static final long MAGIC = 0xfade_0c02L;

  private static final long FLAG_ADHOC = 0x2;

  private static final long FLAG_LINKER_SIGNED = 0x2_0000;

  private static final long TEAMS = 0x2_0200;
  private static final long LONG_LIMITS = 0x2_0300;
  private static final int MAX_NAME = 1024;
  private static final int CHUNK = 1 << 16;

  private static final Map<Long, String> FLAGS =
      Map.of(
          FLAG_ADHOC,
          "ad hoc",
          0x100L,
          "hard",
          0x200L,
          "kill",
          0x800L,
          "restrict",
          0x1000L,
          "enforcement",
          0x2000L,
          "library validation",
          0x1_0000L,
          "hardened runtime",
          FLAG_LINKER_SIGNED,
          "linker-signed");

  /**
   * Reads one.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it is cut short or is no code
   *     directory
   */
  static CodeDirectory parse(ByteView view) {
    if (view.u32(0) != MAGIC) {
      throw view.malformed(0, "no code directory");
    }
    long version = view.u32(8);
    long limit = view.u32(32);
    if (version >= LONG_LIMITS && view.i64(56) != 0) {
      limit = view.i64(56);
    }
    long team = version >= TEAMS ? view.u32(48) : 0;
    int hashSize = view.u8(36);
    int pageBits = view.u8(39);
    if (pageBits > 30) {
      throw view.malformed(39, "pages of 2^%d bytes".formatted(pageBits));
    }
    return new CodeDirectory(
        view,
        version,
        view.u32(12),
        view.text(view.u32(20), MAX_NAME),
        team == 0 ? Optional.empty() : Optional.of(view.text(team, MAX_NAME)),
        view.u8(37),
        hashSize,
        view.u32(16),
        view.count(view.u32(16), view.u32(28), Math.max(1, hashSize)),
        view.u32(24),
        limit,
        pageBits == 0 ? 0 : 1L << pageBits);
  }

  /** What the flags say, in the order of their bits; a bit without a name is a number. */
  public List<String> flagNames() {
    List<String> names = new ArrayList<>();
    for (long bit = 1; bit <= 0x8000_0000L; bit <<= 1) {
      if ((flags & bit) != 0) {
        names.add(FLAGS.getOrDefault(bit, String.format(Locale.ROOT, "0x%x", bit)));
      }
    }
    return names;
  }

  /** The hash's name, such as {@code SHA-256}. */
  public String hashName() {
    return switch (hashType) {
      case 1 -> "SHA-1";
      case 2, 3 -> "SHA-256";
      case 4 -> "SHA-384";
      default -> "hash type %d".formatted(hashType);
    };
  }

  /**
   * Hashes every page of the slice again.
   *
   * @return how many pages do not have the hash that stands here; empty where the hash is not known
   * @throws dev.selfsame.binary.bytes.MalformedInputException where the pages are not those of the
   *     covered bytes
   */
  public Optional<Long> wrongPages(ByteView slice) {
    Optional<MessageDigest> digest = digest();
    if (digest.isEmpty()) {
      return Optional.empty();
    }
    if (!slice.holds(0, codeLimit)) {
      throw view.malformed(32, "the signature covers more bytes than there are");
    }
    long page = pageSize == 0 ? Math.max(1, codeLimit) : pageSize;
    if (pages != (codeLimit + page - 1) / page) {
      throw view.malformed(28, "%d pages signed of %d bytes".formatted(pages, codeLimit));
    }
    long wrong = 0;
    for (long i = 0; i < pages; i++) {
      long at = i * page;
      ByteView content = slice.slice(at, Math.min(page, codeLimit - at));
      if (!holds(digest.get(), content, hashes + i * hashSize)) {
        wrong++;
      }
    }
    return Optional.of(wrong);
  }

  /**
   * Whether the hash of a special slot is that of these bytes; empty where there is no such slot.
   */
  public Optional<Boolean> holdsSpecial(int slot, ByteView content) {
    long at = hashes - (long) slot * hashSize;
    if (slot > specials || at < 0 || view.slice(at, hashSize).zero()) {
      return Optional.empty();
    }
    return digest().map(digest -> holds(digest, content, at));
  }

  private boolean holds(MessageDigest digest, ByteView content, long at) {
    for (long from = 0; from < content.size(); from += CHUNK) {
      digest.update(content.copy(from, (int) Math.min(CHUNK, content.size() - from)));
    }
    byte[] full = digest.digest();
    return full.length >= hashSize && view.startsWith(at, Arrays.copyOf(full, hashSize));
  }

  private Optional<MessageDigest> digest() {
    if (hashType < 1 || hashType > 4 || hashSize == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(MessageDigest.getInstance(hashName()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has them
    }
  }
}
