# SPDX-License-Identifier: LGPL-2.1-or-later
# What a shell offers behind some words.
completes() { # completes EXPECTED WORD…
  # shellcheck disable=SC2016 # for the inner shell
  prints "$1" bash -c '. <(cfsroot completion bash); COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _cfsroot
    printf "%s\n" "${COMPREPLY[@]}"' - "${@:2}"
}
completes seal cfsroot sea
completes --algorithm cfsroot seal --al
completes $'sha256\nsha512' cfsroot seal -a ""
completes sha512 cfsroot seal --algorithm = sha5
completes $'bash\nfish\nzsh' cfsroot completion ""
completes seal cfsroot options sea
touch disk.img
completes disk.img cfsroot seal di

cfsroot completion fish >cfsroot.fish
prints $'--algorithm\thash of fs-verity (default: sha256)' \
  fish -N -c 'source cfsroot.fish; complete -C "cfsroot seal --alg"'
prints fish fish -N -c 'source cfsroot.fish; complete -C "cfsroot completion f"'
cfsroot completion zsh >_cfsroot
ok zsh -fn _cfsroot
