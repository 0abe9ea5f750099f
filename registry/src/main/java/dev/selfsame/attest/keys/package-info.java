/**
 * Private keys in files. Read: PKCS#8, plain or under PBES2 (PBKDF2 or scrypt); SEC1; Sigstore's
 * encrypted form; OpenSSH. Written: PKCS#8 under PBES2, Sigstore's form, or plain PKCS#8 where that
 * is asked for. BouncyCastle is used here and, within this module, nowhere else, so that checking a
 * signature never loads it.
 */
@NullMarked
package dev.selfsame.attest.keys;

import org.jspecify.annotations.NullMarked;
