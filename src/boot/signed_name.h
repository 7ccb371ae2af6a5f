// SPDX-License-Identifier: LGPL-2.1-or-later

// composefs.signed=NAME: a file of the store says which digest the name stands for, and a signature
// beside it that somebody whose public key is in the initramfs wants it so.

#pragma once

#include <string>

#include "boot/reason.h"
#include "fsverity/digest.h"

namespace cfs::boot {

// Reads signed/NAME of the store, one line "v1-ALG-12:HEX", and signed/NAME.sig, the Ed25519
// signature over "composefs-signed-v1\nNAME\nv1-ALG-12:HEX\n". A program of its own checks it,
// composefs-verify-signature beside this one, and only if there are keys: signatures need more of
// libcrypto than fits in here. `keys` is the directory of the *.pem files. The digest that comes
// back names an image that still has to be verified.
Outcome<Digest> verify_name(int store, const std::string& name, const std::string& keys);

}  // namespace cfs::boot
