# SPDX-License-Identifier: LGPL-2.1-or-later
title='PCR 11 of a TPM is what the sections of the unified kernel image add up to, the digest among them'
firmware=efi tpm=yes

# extend HEX: the register after that hash was added to it
extend() {
  pcr=$(printf '%b' "$(echo "$pcr$1" | sed 's/../\\x&/g')" | sha256sum | cut -d' ' -f1)
}

# As systemd-stub does it: name with its zero byte, content, in the order of its own list.
esp() {
  local section hash
  use_systemd_boot
  uki "$digest" EFI/Linux/test.efi
  "$efi/bin/ukify" inspect "$esp/EFI/Linux/test.efi" --json=short >"$work/sections"
  printf -v pcr %064d 0
  for section in .linux .osrel .cmdline .initrd .uname .sbat; do
    extend "$(printf '%s\0' "$section" | sha256sum | cut -d' ' -f1)"
    hash=$(grep -o "\"$section\": {[^}]*" "$work/sections" | sed 's/.*"sha256": "\([0-9a-f]*\)".*/\1/')
    extend "$hash"
  done
  says="PCR 11 is ${pcr^^}"
}

guest() {
  root_is_composefs
  echo "PCR 11 is $(cat /sys/class/tpm/tpm0/pcr-sha256/11)"
}
