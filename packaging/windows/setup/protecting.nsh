; SPDX-License-Identifier: Apache-2.0
; What an administrator installs for all users, out of the hands of ordinary ones: the folder, where it is one that they may have made
; before, and the policy file.

; A link at $R0 ends it: who made it may point it elsewhere later.
!macro NoLink
  System::Call 'kernel32::GetFileAttributesW(w R0) i .R1'
  ${If} $R1 <> -1
    IntOp $R1 $R1 & 0x400 ; FILE_ATTRIBUTE_REPARSE_POINT
    ${If} $R1 <> 0
      ${Fail} 5 "$(IS_LINK)"
    ${EndIf}
  ${EndIf}
!macroend

!macro Rights words
  nsExec::Exec '"$SYSDIR\icacls.exe" "$R0" ${words}'
  Pop $R1
  ${If} $R1 != 0
    ${Fail} 5 "$(CANNOT_PROTECT)"
  ${EndIf}
!macroend

; Stack: a folder that only administrators and Windows are to change; whoever made it and whatever rights he gave himself.
Function Protect
  Exch $R0
  Push $R1
  !insertmacro NoLink
  !insertmacro Rights "/setowner *S-1-5-32-544"
  !insertmacro Rights "/reset"
  !insertmacro Rights "/inheritance:r /grant:r *S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F *S-1-5-32-545:(OI)(CI)RX"
  !insertmacro NoLink ; only from here on nobody else can put one in its place
  Pop $R1
  Pop $R0
FunctionEnd

; Back: 1 where the folder is for all users and ordinary ones may have made it or those above it: anywhere but in Program Files.
Function IsOpenPlace
  Push $R0
  Push $R1
  StrCpy $R0 0
  ${If} $AllUsers = 1
    StrLen $R0 "$PROGRAMFILES64\"
    StrCpy $R1 $INSTDIR $R0
    StrCpy $R0 1
    ${If} $R1 == "$PROGRAMFILES64\"
      StrCpy $R0 0
    ${EndIf}
  ${EndIf}
  Pop $R1
  Exch $R0
FunctionEnd

; A copy beside its place before anything is swapped: nobody can change it after it was checked.
Function PreparePolicy
  ${If} $Policy == ""
    Return
  ${EndIf}
  CreateDirectory "$APPDATA\Inkstone" ; of all users, as a policy needs /ALLUSERS
  Push "$APPDATA\Inkstone"
  Call Protect
  StrCpy $PolicyCopy "$APPDATA\Inkstone\policy.new"
  RMDir $PolicyCopy
  Delete $PolicyCopy
  StrCpy $R0 $Policy
  StrCpy $R1 $PolicyCopy
  System::Call 'kernel32::CopyFileW(w R0, w R1, i 1) i .R2' ; 1: not over one that is there still
  StrCpy $R0 $PolicyCopy
  ${If} $R2 = 0
    ${Fail} 5 "$(CANNOT_PROTECT)"
  ${EndIf}
  !insertmacro Rights "/setowner *S-1-5-32-544"
FunctionEnd

; Inkstone itself reads the policy file, as it will at each start.
Function CheckPolicy
  ${If} $Policy != ""
    nsExec::ExecToStack '"$INSTDIR\~new\Inkstone.com" doctor --policy "$PolicyCopy"'
    Pop $R0
    Pop $R1
    ${If} $R0 != 0
      ${WordReplace} $R1 $PolicyCopy $Policy "+" $R1
      ${Fail} 13 "$(POLICY_WRONG)"
    ${EndIf}
  ${EndIf}
FunctionEnd

; In the place of the old one, in one step. Back: 1 when it is done.
Function PutPolicy
  StrCpy $R2 1
  ${If} $Policy != ""
    StrCpy $R0 $PolicyCopy
    StrCpy $R1 "$APPDATA\Inkstone\policy.toml"
    SetFileAttributes $R1 NORMAL
    System::Call 'kernel32::MoveFileExW(w R0, w R1, i 9) i .R2' ; MOVEFILE_REPLACE_EXISTING, MOVEFILE_WRITE_THROUGH
  ${EndIf}
  Push $R2
FunctionEnd

Function UndoPolicy
  ${If} $PolicyCopy != ""
    Delete $PolicyCopy
    RMDir "$APPDATA\Inkstone"
  ${EndIf}
FunctionEnd
