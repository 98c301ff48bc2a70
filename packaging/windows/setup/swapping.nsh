; SPDX-License-Identifier: Apache-2.0
; How the new version takes the place of the old one, and how that is undone.
;
;   ~new   being unpacked            ~old   what was moved away; to be moved back       ~gone   the old version; to be deleted
;
; ~old becomes ~gone by one rename when all new entries stand in their place: a PC that is switched off before that gets its old
; version back by the next set-up.

; $Rest begins with the names that follow, separated by |: the first of them into $Entry.
!macro NEXT_ENTRY un
Function ${un}NextEntry
  Push $R0
  Push $R1
  StrCpy $R0 -1
  ${Do}
    IntOp $R0 $R0 + 1
    StrCpy $R1 $Rest 1 $R0
    ${If} $R1 == "|"
      ${ExitDo}
    ${EndIf}
  ${LoopUntil} $R1 == ""
  StrCpy $Entry $Rest $R0
  IntOp $R0 $R0 + 1
  StrCpy $Rest $Rest "" $R0
  Pop $R1
  Pop $R0
FunctionEnd
!macroend
!insertmacro NEXT_ENTRY ""
!insertmacro NEXT_ENTRY "un."

; What a set-up left that was broken off.
Function ClearLeftovers
  ${IfNot} ${FileExists} "$INSTDIR\installed.toml" ; the last of the entries, also of those that are moved away
  ${AndIf} ${FileExists} "$INSTDIR\~new\installed.toml"
    Call DropPlaced
  ${EndIf}
  Call PutBack
  RMDir /r "$INSTDIR\~gone"
  RMDir /r "$INSTDIR\~new"
FunctionEnd

Function MakeFolder
  CreateDirectory $INSTDIR
  Call IsOpenPlace
  Pop $R0
  ${If} $R0 = 1
    Push $INSTDIR
    Call Protect
    ${If} $OldVersion == ""
      Call IsOthersFolder ; once more: now nobody can add anything
      Pop $R0
      ${If} $R0 = 1
        ${Fail} 1603 "$(FOLDER_NOT_EMPTY)"
      ${EndIf}
    ${EndIf}
    WriteRegStr HKLM "${KEY}" "Protected" $INSTDIR
  ${EndIf}
  StrCpy $Begun 1
  Call ClearLeftovers
  CreateDirectory "$INSTDIR\~new"
FunctionEnd

; Stack: from, to. $R9: 1 when it is done. A virus scanner that just looks at a file is waited for, up to five seconds.
Function Move
  Exch $R1
  Exch
  Exch $R0
  Push $R2
  StrCpy $R2 0
  ${Do}
    ClearErrors
    Rename $R0 $R1
    StrCpy $R9 1
    ${IfNot} ${Errors}
      ${ExitDo}
    ${EndIf}
    StrCpy $R9 0
    IntOp $R2 $R2 + 1
    Sleep 250
  ${LoopUntil} $R2 = 20
  Pop $R2
  Pop $R0
  Pop $R1
FunctionEnd

Function Swap
  CreateDirectory "$INSTDIR\~old"
  StrCpy $Rest "$OldEntries|${ENTRIES}"
  ${DoWhile} $Rest != ""
    Call NextEntry
    ${If} $Entry != ""
    ${AndIf} ${FileExists} "$INSTDIR\$Entry"
      Push "$INSTDIR\$Entry"
      Push "$INSTDIR\~old\$Entry"
      Call Move
      ${If} $R9 = 0
        ${Fail} 1618 "$(CANNOT_REPLACE)"
      ${EndIf}
    ${EndIf}
  ${Loop}
  StrCpy $Placing 1
  StrCpy $Rest "${ENTRIES}"
  ${DoWhile} $Rest != ""
    Call NextEntry
    Push "$INSTDIR\~new\$Entry"
    Push "$INSTDIR\$Entry"
    Call Move
    ${If} $R9 = 0
      ${Fail} 1603 "$(CANNOT_REPLACE)"
    ${EndIf}
  ${Loop}
  RMDir "$INSTDIR\~new"
  Push "$INSTDIR\~old"
  Push "$INSTDIR\~gone"
  Call Move
  ${If} $R9 = 0
    ${Fail} 1603 "$(CANNOT_REPLACE)"
  ${EndIf}
  Call PutPolicy
  Pop $R0
  ${If} $R0 = 0
    Rename "$INSTDIR\~gone" "$INSTDIR\~old"
    StrCpy $R0 "$APPDATA\Inkstone\policy.toml"
    ${Fail} 5 "$(CANNOT_PROTECT)"
  ${EndIf}
  StrCpy $Begun 0
FunctionEnd

; New entries that stand in their place, which are those that ~new no longer has: the old version may have none of their names.
Function DropPlaced
  StrCpy $Rest "${ENTRIES}"
  ${DoWhile} $Rest != ""
    Call NextEntry
    ${IfNot} ${FileExists} "$INSTDIR\~new\$Entry"
      RMDir /r "$INSTDIR\$Entry"
      Delete "$INSTDIR\$Entry"
    ${EndIf}
  ${Loop}
FunctionEnd

; What lies in ~old, into its place again.
Function PutBack
  ${IfNot} ${FileExists} "$INSTDIR\~old\*.*"
    Return
  ${EndIf}
  FindFirst $R4 $R5 "$INSTDIR\~old\*.*"
  ${DoWhile} $R5 != ""
    ${If} $R5 != "."
    ${AndIf} $R5 != ".."
      ${If} ${FileExists} "$INSTDIR\$R5\*.*"
        RMDir /r "$INSTDIR\$R5"
      ${Else}
        Delete "$INSTDIR\$R5"
      ${EndIf}
      Push "$INSTDIR\~old\$R5"
      Push "$INSTDIR\$R5"
      Call Move
    ${EndIf}
    FindNext $R4 $R5
  ${Loop}
  FindClose $R4
  RMDir "$INSTDIR\~old"
FunctionEnd

Function UndoInstall
  SetOutPath "$TEMP"
  ${If} $Begun = 1
    ${If} $Placing = 1
      Call DropPlaced
    ${EndIf}
    Call PutBack
    RMDir /r "$INSTDIR\~new"
    Call UndoPolicy
  ${EndIf}
  Call RemoveMade
  ${IfNot} ${FileExists} "$INSTDIR\*.*" ; whoever makes it next, it is not protected
    DeleteRegValue SHCTX "${KEY}" "Protected"
    DeleteRegKey /ifempty SHCTX "${KEY}"
  ${EndIf}
FunctionEnd
